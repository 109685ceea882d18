// The session is over: ask for the password here, keep the page and everything typed in it, then go on.
// Also warns five minutes before the server would end an idle session.

const WARN_MS = 5 * 60 * 1000;
const FOCUSABLE = "a[href],button:not([disabled]),input:not([type=hidden]):not([disabled]),select,textarea";

let panel = null;
let before = null;
let waiting = [];
let warnTimer = 0;

function emit(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

// ---- the panel ---------------------------------------------------------------------------------
async function open(address, retry) {
  if (retry) waiting.push(retry);
  if (panel) return;
  const url = address || document.body.dataset.reloginUrl;
  before = document.activeElement;
  panel = document.createElement("div");
  panel.className = "jx-panel-back";
  const box = document.createElement("div");
  box.className = "jx-panel";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-modal", "true");
  box.setAttribute("aria-labelledby", "relogin-title");
  panel.append(box);
  document.body.append(panel);
  await load(box, url);
}

async function load(box, url) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", headers: { "X-Relogin": "true" } });
    show(box, await answer.text());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    close();
    emit("jx:notice", { text: "连不上服务器。内容留在本机，网络恢复后再登录。" });
  }
}

function show(box, html) {
  const part = document.createElement("template");
  part.innerHTML = html;
  box.replaceChildren(part.content);
  const form = box.querySelector("form");
  if (form) form.addEventListener("submit", (event) => send(event, box, form));
  const wrong = box.querySelector("[aria-invalid=true]");
  const first = wrong || box.querySelector("input[type=password]") || box.querySelector(FOCUSABLE);
  if (first) first.focus();
}

function close() {
  if (!panel) return;
  panel.remove();
  panel = null;
  if (before && before.focus) before.focus();
}

async function send(event, box, form) {
  event.preventDefault();
  event.stopPropagation();
  const answer = await fetch(form.getAttribute("action"), {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    credentials: "same-origin",
    headers: { "X-Relogin": "true", Accept: "application/json, text/html;q=0.9" },
  });
  const isJson = (answer.headers.get("Content-Type") || "").includes("application/json");
  if (!isJson) {
    show(box, await answer.text());
    return;
  }
  const reply = await answer.json();
  if (answer.ok) goOn(reply);
  else refuse(box, reply.detail);
}

function refuse(box, text) {
  let place = box.querySelector("[data-relogin-error]");
  if (!place) {
    place = document.createElement("p");
    place.className = "jx-field-error";
    place.dataset.reloginError = "";
    place.setAttribute("role", "alert");
    box.querySelector("form").before(place);
  }
  place.textContent = text;
  const password = box.querySelector("input[type=password]");
  if (password) {
    password.value = "";
    password.focus();
  }
}

function goOn(reply) {
  renew(reply.csrf || reply.csrf_token);
  close();
  emit("jx:say", { text: "已登录，接着填。" });
  emit("jx:contact", {});
  const calls = waiting;
  waiting = [];
  calls.forEach((call) => call());
}

function renew(token) {
  if (!token) return;
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
}

document.addEventListener("jx:session-ended", (event) => open(event.detail.relogin, event.detail.retry));

document.addEventListener("keydown", (event) => {
  if (!panel) return;
  if (event.key === "Escape") {
    close();
    return;
  }
  if (event.key !== "Tab") return;
  const all = Array.from(panel.querySelectorAll(FOCUSABLE));
  const edge = event.shiftKey ? all[0] : all[all.length - 1];
  if (!panel.contains(document.activeElement) || document.activeElement === edge) {
    event.preventDefault();
    (event.shiftKey ? all[all.length - 1] : all[0]).focus();
  }
});

// ---- before it ends ----------------------------------------------------------------------------
function watch() {
  const idle = Number(document.body.dataset.idle || 0) * 1000;
  window.clearTimeout(warnTimer);
  if (idle > WARN_MS) warnTimer = window.setTimeout(warn, idle - WARN_MS);
}

function warn() {
  if (panel || document.getElementById("idle-warning")) return;
  const box = document.createElement("div");
  box.id = "idle-warning";
  box.className = "jx-banner huang";
  box.setAttribute("role", "alert");
  const words = document.createElement("div");
  words.textContent = "5分钟后登录过期。已填的内容不会丢。";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.textContent = "接着用";
  button.addEventListener("click", stay);
  box.append(words, button);
  document.getElementById("notices").prepend(box);
}

async function stay() {
  const answer = await fetch(window.location.href, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (answer.status === 401) emit("jx:session-ended", {});
  else emit("jx:contact", {});
}

document.addEventListener("jx:contact", () => {
  const box = document.getElementById("idle-warning");
  if (box) box.remove();
  watch();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) emit("jx:contact", {});
});
watch();
