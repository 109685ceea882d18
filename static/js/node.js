// The filing of a node: what stands below an indicator opens as soon as its likelihood is not 确定能, and where a
// finding asks for something in it. Without this file the line below each indicator opens by its own heading.

const SURE = "确定能";
const BOX = "details.jx-more";

function openBelow(row) {
  const box = row && row.nextElementSibling ? row.nextElementSibling.querySelector(BOX) : null;
  if (box) box.open = true;
}

function openAsked() {
  document.querySelectorAll("#findings [data-goto]").forEach((link) => {
    const cell = document.getElementById(`c-${link.dataset.goto}`);
    const box = cell ? cell.closest(BOX) : null;
    if (box) box.open = true;
  });
}

document.addEventListener("change", (event) => {
  const select = event.target;
  if (!select.matches("select[name$='-likelihood']") || !select.value || select.value === SURE) return;
  openBelow(select.closest("tr"));
});

const aside = document.querySelector(".jx-aside");
if (aside) new MutationObserver(openAsked).observe(aside, { childList: true, subtree: true });
openAsked();
