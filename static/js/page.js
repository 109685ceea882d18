// What every page needs: the live region, the place for messages, focus after an answer, jumps to a cell.
// Modules talk through events on document: jx:say {text}, jx:notice {text, tone}, jx:session-ended {relogin, retry}.

const live = document.getElementById("live");
const notices = document.getElementById("notices");

document.addEventListener("jx:say", (event) => {
  live.textContent = "";
  window.setTimeout(() => { live.textContent = event.detail.text; }, 50); // the same text twice is still read
});

function shape(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "jx-g");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#g-${name}`);
  svg.append(use);
  return svg;
}

document.addEventListener("jx:notice", (event) => {
  const { text, tone } = event.detail;
  const box = document.createElement("div");
  box.className = `jx-banner ${tone || "zhu"}`;
  box.setAttribute("role", "alert");
  const words = document.createElement("div");
  words.textContent = text;
  box.append(shape(tone === "qing" ? "check" : "block"), words);
  notices.replaceChildren(box);
  notices.scrollIntoView({ block: "nearest" });
});

function notice(text) {
  document.dispatchEvent(new CustomEvent("jx:notice", { detail: { text } }));
}

// ---- focus -------------------------------------------------------------------------------------
function focusFirst(root) {
  const wanted = root.querySelector("[data-autofocus]");
  if (wanted) wanted.focus();
}
focusFirst(document);
document.addEventListener("htmx:afterSwap", (event) => {
  const root = event.detail.elt || event.target;
  if (root && root.querySelector) focusFirst(root);
  if (event.target === notices) notices.scrollIntoView({ block: "nearest" });
});

// ---- from a finding to its cell ----------------------------------------------------------------
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("a[data-goto]");
  if (!link) return;
  const place = document.getElementById(`c-${link.dataset.goto}`);
  if (!place) return;
  event.preventDefault();
  const control = place.matches("input,select,textarea") ? place
    : place.querySelector("input:not([type=hidden]),select,textarea,button,a");
  const target = control || place;
  if (!control) place.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  place.scrollIntoView({ block: "center" });
  if (control && control.select) control.select();
});

// ---- htmx: answers that are not swapped in -----------------------------------------------------
function isLogin(address) {
  const login = document.body.dataset.loginUrl;
  return Boolean(login && address) && new URL(address, window.location.href).pathname === login;
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isLogin(event.detail.xhr.responseURL)) return;
  event.detail.shouldSwap = false;
  document.dispatchEvent(new CustomEvent("jx:session-ended", { detail: {} }));
});

document.addEventListener("session-ended", (event) => { // sent by the server with a 401
  document.dispatchEvent(new CustomEvent("jx:session-ended", { detail: { relogin: event.detail.relogin } }));
});

const WORDS = {
  400: "送来的内容不完整。没有改动任何数据，刷新本页再办。",
  403: "没有权限办这一步，或者本页打开后重新登录过。刷新本页再试。",
  404: "这件事已不在原处，可能被别人办走了。刷新本页看最新情况。",
  413: "送来的内容太大。单个文件不超过20 MB。",
  429: "操作太快。过一分钟再试。",
};

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401) return; // session-ended follows
  notice(WORDS[status] || "系统出了问题，这一步没有办完。已经存下的数据不受影响，过一会儿再试。");
});

document.addEventListener("htmx:sendError", () => {
  notice("连不上服务器，这一步没有送到。网络恢复后再办。");
});

// ---- logging out: this computer may be shared --------------------------------------------------
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-logout]")) return;
  Object.keys(window.localStorage).filter((key) => key.startsWith("jx:draft:"))
    .forEach((key) => window.localStorage.removeItem(key));
});
