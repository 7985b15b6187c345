// The page's one script. Rows come as HTML that the server has escaped; nothing of an exchange is put together here.
"use strict";

const base = document.body.dataset.base;

function post(path, value) {
  const body = value === undefined ? undefined : JSON.stringify(value);
  return fetch(base + path, { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

function list() {
  const rows = document.querySelector("#requests tbody");
  const filters = document.querySelector("#filters");
  const count = document.querySelector("#count");
  const pause = document.querySelector("#pause");
  const held = [];
  let paused = false;

  const matches = (data) => {
    const wanted = filters.elements;
    return data.path.includes(wanted.path.value)
      && (!wanted.behavior.value || data.behavior === wanted.behavior.value)
      && (!wanted.cache.value || data.cache === wanted.cache.value)
      && (!wanted.function.value || data.functions.split("\n").includes(wanted.function.value))
      && (!wanted.failed.checked || data.failed === "yes");
  };
  const tell = () => {
    let shown = 0;
    for (const row of rows.rows) {
      row.hidden = !matches(row.dataset);
      shown += row.hidden ? 0 : 1;
    }
    const more = held.length ? `, ${held.length} more held back` : "";
    const total = rows.rows.length;
    count.textContent = total ? `${shown} of ${total} requests${more}` : `Waiting for the first request${more}.`;
  };
  const show = ({ id, row }) => {
    const made = document.createElement("template");
    made.innerHTML = row;
    const fresh = made.content.querySelector("tr");
    const old = [...rows.rows].find((one) => one.dataset.id === id);
    if (old) old.replaceWith(fresh);
    else rows.prepend(fresh);
    while (rows.rows.length > 1000) rows.lastElementChild.remove();
  };
  new EventSource(base + "live").addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    if (paused) held.push(told);
    else show(told);
    tell();
  });
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) held.splice(0).forEach(show);
    tell();
  });
  document.querySelector("#clear").addEventListener("click", async () => {
    await post("clear");
    held.length = 0;
    rows.replaceChildren();
    tell();
  });
  filters.addEventListener("input", tell);
  filters.addEventListener("change", tell);
  filters.addEventListener("submit", (event) => event.preventDefault());
}

if (document.querySelector("#requests")) list();

async function invalidate(path) {
  const answer = await post("cache/invalidations", { path });
  if (answer.ok) location.reload();
  else document.querySelector("#said").textContent = (await answer.json()).error;
}

function cache(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    invalidate(form.elements.path.value);
  });
  for (const button of document.querySelectorAll("[data-invalidate]")) {
    button.addEventListener("click", () => invalidate(button.dataset.invalidate));
  }
}

function run(form) {
  const said = document.querySelector("#said");
  const result = document.querySelector("#result");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "It runs …";
    const answer = await post(`function/runs?key=${form.dataset.function}`, { event: form.elements.event.value });
    const told = await answer.json();
    said.textContent = told.error ?? "It ran.";
    result.hidden = !answer.ok;
    result.textContent = told.result ?? "";
  });
}

function store(form) {
  const said = document.querySelector("#said");
  const { key, value } = form.elements;
  const change = async (pair) => {
    const answer = await post(`store/pairs?name=${encodeURIComponent(form.dataset.store)}`, pair);
    if (answer.ok) location.reload();
    else said.textContent = (await answer.json()).error;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    change({ key: key.value, value: value.value });
  });
  for (const button of document.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => {
      key.value = button.dataset.key;
      value.value = button.dataset.value;
      value.focus();
    });
  }
  for (const button of document.querySelectorAll("[data-delete]")) {
    button.addEventListener("click", () => change({ key: button.dataset.delete, value: null }));
  }
}

const invalidation = document.querySelector("#invalidation");
if (invalidation) cache(invalidation);
const runs = document.querySelector("#run");
if (runs) run(runs);
const pair = document.querySelector("#pair");
if (pair) store(pair);
