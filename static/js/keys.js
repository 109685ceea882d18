// J and K follow the links marked data-key: next and previous. Never while typing, and they can be switched off.

const SETTING = "jx:keys";
const toggle = document.querySelector("[data-keys-toggle]");

function isOn() {
  return window.localStorage.getItem(SETTING) !== "off";
}

function show() {
  if (!toggle) return;
  toggle.hidden = !document.querySelector("[data-key]");
  toggle.setAttribute("aria-pressed", String(isOn()));
  toggle.textContent = `J、K键翻件：${isOn() ? "开" : "关"}`;
}

function isTyping(element) {
  return Boolean(element) && (element.isContentEditable || element.matches("input,textarea,select"));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
  if (!isOn() || isTyping(event.target) || document.querySelector("[aria-modal=true]")) return;
  const link = document.querySelector(`a[data-key="${event.key.toLowerCase()}"]`);
  if (!/^[jk]$/i.test(event.key) || !link) return;
  event.preventDefault();
  link.click();
});

if (toggle) {
  toggle.addEventListener("click", () => {
    window.localStorage.setItem(SETTING, isOn() ? "off" : "on");
    show();
  });
}
show();
