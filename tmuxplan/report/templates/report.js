"use strict";
// Everything is readable without this; it filters, searches, opens what a link points at.
(() => {
  const $ = (id) => document.getElementById(id);
  const tasks = [...document.querySelectorAll("details.task")];
  const rows = new Map([...document.querySelectorAll("a.row")].map((row) => [row.dataset.task, row]));
  const buttons = [...document.querySelectorAll("[data-show]")];
  const texts = new Map();
  let outcome = "";

  const textOf = (task) => {
    if (!texts.has(task)) texts.set(task, task.textContent.toLowerCase());
    return texts.get(task);
  };

  const unmark = () => document.querySelectorAll(".line.hit").forEach((line) => line.classList.remove("hit"));

  const mark = (task, wanted) => {
    let count = 0;
    for (const line of task.querySelectorAll(".line > span"))
      if (line.textContent.toLowerCase().includes(wanted)) {
        line.parentElement.classList.add("hit");
        count += 1;
      }
    return count;
  };

  const apply = () => {
    const wanted = $("find").value.trim().toLowerCase();
    let shown = 0;
    let lines = 0;
    unmark();
    for (const task of tasks) {
      const fits = (!outcome || task.dataset.outcome === outcome) && (!wanted || textOf(task).includes(wanted));
      task.hidden = !fits;
      const row = rows.get(task.id);
      if (row) row.hidden = !fits;
      if (fits) {
        shown += 1;
        if (wanted) lines += mark(task, wanted);
      }
    }
    $("none").hidden = shown > 0;
    $("found").textContent = wanted || outcome ? `${shown} of ${tasks.length} tasks` + (wanted ? `, ${lines} log lines` : "") : "";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === outcome));
  };

  // A link to a task or to a line of its log opens what it is in.
  const reveal = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id && $(id);
    if (!target) return;
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
      if (at.hidden) at.hidden = false;
    }
    const show = () => target.scrollIntoView({ block: target.classList.contains("line") ? "center" : "start" });
    show();
    // What is drawn only now, because it came near, is not as high as it was taken for.
    requestAnimationFrame(() => requestAnimationFrame(show));
  };

  let timer = 0;
  $("find").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(apply, 120); });
  document.querySelector(".find").addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  for (const button of buttons) button.addEventListener("click", () => { outcome = button.dataset.show; apply(); });
  $("open-all").addEventListener("click", () => tasks.forEach((task) => { if (!task.hidden) task.open = true; }));
  $("close-all").addEventListener("click", () => tasks.forEach((task) => { task.open = false; }));
  $("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); $("find").focus(); }
    if (event.key === "Escape" && typing) { $("find").value = ""; apply(); $("find").blur(); }
  });
  addEventListener("hashchange", reveal);
  addEventListener("beforeprint", () => tasks.forEach((task) => { if (task.dataset.outcome !== "passed") task.open = true; }));
  reveal();
})();
