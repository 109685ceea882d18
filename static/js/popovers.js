// <details data-popover> and row menus: Esc closes and gives the focus back, a click elsewhere closes, one is open at a time.
// Without this file they still open and close by their summary.

const OPEN = "details[data-popover][open],details.jx-rowmenu[open],details.jx-write[open]";

function close(box, withFocus) {
  box.removeAttribute("open");
  const handle = box.querySelector("summary");
  if (withFocus && handle) handle.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const around = document.activeElement && document.activeElement.closest(OPEN);
  const last = Array.from(document.querySelectorAll(OPEN)).pop();
  const box = around || last;
  if (!box) return;
  event.preventDefault();
  close(box, true);
});

document.addEventListener("click", (event) => {
  document.querySelectorAll(OPEN).forEach((box) => {
    if (!box.contains(event.target)) close(box, false);
  });
});

function keepInView(box) {
  const pop = box.querySelector(".jx-pop");
  const page = box.closest("main");
  if (!pop || !page) return;
  box.classList.remove("at-left");
  if (pop.getBoundingClientRect().left < page.getBoundingClientRect().left) box.classList.add("at-left");
}

document.addEventListener("toggle", (event) => {
  const opened = event.target;
  if (!opened.matches || !opened.matches(OPEN)) return;
  keepInView(opened);
  document.querySelectorAll(OPEN).forEach((box) => {
    if (!box.contains(opened) && !opened.contains(box)) close(box, false);
  });
}, true);
