"use strict";
(function () {
  const form = document.getElementById("filter");
  const items = Array.from(document.querySelectorAll(".entries li"));
  const sections = Array.from(document.querySelectorAll("section.region"));
  const count = form.querySelector(".count");
  const none = document.getElementById("none");
  const selects = Array.from(form.querySelectorAll("select"));
  const fold = (text) => text.toLocaleLowerCase("nb").trim();

  function apply() {
    const words = fold(form.elements.search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const fits = selects.every((s) => !s.value || item.dataset[s.name] === s.value)
        && words.every((word) => item.dataset.words.includes(word));
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const section of sections) section.hidden = !section.querySelector("li:not([hidden])");
    none.hidden = shown > 0;
    count.textContent = count.dataset.text.replace("{shown}", shown).replace("{total}", items.length);
  }

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  window.addEventListener("pageshow", apply);
  apply();
})();
