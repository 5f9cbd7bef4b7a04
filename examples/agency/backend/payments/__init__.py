"""What PayPal and Stripe report: verified, then recorded once."""
