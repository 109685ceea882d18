// The review page: a grade fills the middle of its band, the total adds up, marks are kept while one works.
const form = document.getElementById("decide");

function total() {
  const shown = form.querySelector("[data-score-total]");
  if (!shown) return;
  const cells = [...form.querySelectorAll(".jx-points")];
  const sum = cells.reduce((all, cell) => all + Math.round((parseFloat(cell.value) || 0) * 100), 0);
  shown.textContent = (sum / 100).toFixed(2);
}

function fill(event) {
  const radio = event.target;
  if (!radio.matches("input[type=radio][data-middle]")) return;
  const cell = radio.closest("tr").querySelector(".jx-points");
  if (cell) cell.value = radio.dataset.middle;
  total();
}

function countItems() {
  const n = form.querySelectorAll("input[name=item]:checked").length;
  form.querySelectorAll("[data-n-items]").forEach((shown) => { shown.textContent = String(n); });
  const button = form.querySelector("[data-return]");
  if (button) button.setAttribute("aria-disabled", n === 0 ? "true" : "false");
}

let timer = 0;
async function save() {
  const state = form.querySelector("[data-review-state]");
  const body = new FormData(form);
  body.delete("decision");
  try {
    const answer = await fetch(form.dataset.reviewSave, {
      method: "POST", body, headers: { "X-Autosave": "true", "HX-Request": "true" }, credentials: "same-origin",
    });
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    state.textContent = answer.ok
      ? `已存 ${new Date(said.saved_at).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" })}`
      : said.detail || "没存上，点“存下待办”再试";
  } catch (error) {
    state.textContent = "没存上，点“存下待办”再试";
  }
}

function later() {
  window.clearTimeout(timer);
  timer = window.setTimeout(save, 3000);
}

if (form) {
  form.addEventListener("change", (event) => { fill(event); countItems(); later(); });
  form.addEventListener("input", () => { total(); later(); });
  form.addEventListener("submit", () => window.clearTimeout(timer));
  countItems();
}
const only = document.querySelector("[data-only-changed]");
if (only) {
  only.addEventListener("change", () => {
    document.querySelectorAll("[data-compare] tr.is-same").forEach((row) => { row.hidden = only.checked; });
  });
}
