import { quote } from './quote'

const form = document.querySelector<HTMLFormElement>('#quote')
const answer = document.querySelector<HTMLOutputElement>('#answer')
if (form === null || answer === null) throw new Error('index.html has no form #quote with an answer')

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const data = new FormData(form)
  answer.value = sentence(Number(data.get('seats')), data.has('yearly'))
})

function sentence(seats: number, yearly: boolean): string {
  const offer = quote(seats, yearly)
  if (offer === undefined) return `For ${seats} people, write to sales@example.test.`
  return `The ${offer.plan} plan: ${dollars.format(offer.cents / 100)} a ${offer.period}.`
}
