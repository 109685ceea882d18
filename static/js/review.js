// The review page: a grade fills the middle of its band, marks are kept while one works. What the marks come to is the
// server's to say: the score sheet asks for it after each change (hx-post) and once more after a new log-in.
const form = document.getElementById("decide");
let asked = false; // the log-in form was opened for the save under way
let timer = 0;

function emit(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

function fill(event) {
  const radio = event.target;
  if (!radio.matches("input[type=radio][data-middle]")) return;
  const cell = radio.closest("tr").querySelector(".jx-points");
  if (cell) cell.value = radio.dataset.middle;
}

function countItems() {
  const n = form.querySelectorAll("input[name=item]:checked").length;
  form.querySelectorAll("[data-n-items]").forEach((shown) => { shown.textContent = String(n); });
  const button = form.querySelector("[data-return]");
  if (button) button.setAttribute("aria-disabled", n === 0 ? "true" : "false");
}

// ---- kept while one works ----------------------------------------------------------------------
function show(text) {
  form.querySelector("[data-review-state]").textContent = text;
}

function isOver(answer, isJson) {
  const atLogin = answer.redirected && new URL(answer.url).pathname === document.body.dataset.loginUrl;
  const otherToken = answer.status === 403 && !isJson && !asked; // most often another log-in changed the form's token
  return answer.status === 401 || atLogin || otherToken;
}

function ended(relogin) {
  asked = true;
  show("登录已过期，内容还在本页");
  const retry = () => {
    const sheet = form.querySelector("[data-weigh]");
    if (sheet) sheet.dispatchEvent(new Event("weigh"));
    save();
  };
  emit("jx:session-ended", { relogin, retry });
}

async function read(answer) {
  const isJson = (answer.headers.get("Content-Type") || "").includes("json");
  const said = isJson ? await answer.json() : {};
  if (isOver(answer, isJson)) {
    ended(said.relogin);
  } else if (answer.ok && isJson) {
    asked = false;
    show(`已存 ${new Date(said.saved_at).toLocaleTimeString("zh-CN", { hourCycle: "h23", timeZone: "Asia/Shanghai" })}`);
    emit("jx:contact", {});
  } else {
    show(said.detail || "没存上，点“存下待办”再试");
  }
}

async function save() {
  const body = new FormData(form);
  body.delete("decision");
  try {
    const answer = await fetch(form.dataset.reviewSave, {
      method: "POST", body, headers: { "X-Autosave": "true", Accept: "application/json, text/html;q=0.9" }, credentials: "same-origin",
    });
    await read(answer);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch says so when the network failed
    show("没存上，点“存下待办”再试");
  }
}

function later() {
  window.clearTimeout(timer);
  timer = window.setTimeout(save, 3000);
}

if (form) {
  form.addEventListener("change", (event) => { fill(event); countItems(); later(); });
  form.addEventListener("input", later);
  form.addEventListener("submit", () => window.clearTimeout(timer));
  form.addEventListener("htmx:afterSwap", () => {
    const words = form.querySelector("[data-score-says]");
    if (words) emit("jx:say", { text: words.textContent.trim() });
  });
  countItems();
}

// ---- the comparison ----------------------------------------------------------------------------
const only = document.querySelector("[data-only-changed]");
if (only) {
  only.addEventListener("change", () => {
    document.querySelectorAll("[data-compare] tr.is-same").forEach((row) => { row.hidden = only.checked; });
  });
}
