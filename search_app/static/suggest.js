// Suggestions under the search field: an editable combobox with a list (ARIA APG).
// Without this file the field is a plain field and everything works.
"use strict";

(() => {
  const WAIT = 120; // milliseconds after the last key, so that a word is one request

  const begin = (field) => {
    const list = document.createElement("ul");
    list.id = `${field.id}-suggestions`;
    list.className = "suggestions";
    list.role = "listbox";
    list.ariaLabel = field.dataset.found;
    list.hidden = true;
    field.after(list);
    field.role = "combobox";
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-autocomplete", "list");
    field.ariaExpanded = "false";

    let chosen = -1;
    let timer = 0;
    let asked = null;

    const close = () => {
      clearTimeout(timer);
      asked?.abort();
      list.hidden = true;
      chosen = -1;
      field.ariaExpanded = "false";
      field.removeAttribute("aria-activedescendant");
    };

    const choose = (place) => {
      const options = [...list.children];
      chosen = (place + options.length + 1) % (options.length + 1);
      if (chosen === options.length) chosen = -1;
      options.forEach((option, at) => { option.ariaSelected = String(at === chosen); });
      if (chosen < 0) field.removeAttribute("aria-activedescendant");
      else field.setAttribute("aria-activedescendant", options[chosen].id);
    };

    const show = (suggestions) => {
      list.replaceChildren(...suggestions.map((suggestion, at) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${at}`;
        option.role = "option";
        option.ariaSelected = "false";
        option.dataset.url = suggestion.url;
        const text = document.createElement("span");
        text.dir = "auto";
        text.textContent = suggestion.text;
        const kind = document.createElement("small");
        kind.textContent = field.dataset[suggestion.kind] ?? "";
        option.append(text, " ", kind);
        return option;
      }));
      chosen = -1;
      list.hidden = suggestions.length === 0;
      field.ariaExpanded = String(!list.hidden);
    };

    const ask = async () => {
      const text = field.value.trim();
      if (text.length < 2) return close();
      asked?.abort();
      asked = new AbortController();
      try {
        const address = `${field.dataset.suggest}?q=${encodeURIComponent(text.slice(0, 100))}`;
        const answer = await fetch(address, { signal: asked.signal });
        if (answer.ok && document.activeElement === field) show((await answer.json()).suggestions);
      } catch {
        // Suggestions are a comfort: without an answer the field is as it was.
      }
    };

    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") choose(chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen - 1);
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.url);
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
    list.addEventListener("click", (event) => {
      const option = event.target.closest("li");
      if (option) location.assign(option.dataset.url);
    });
  };

  document.querySelectorAll("input[data-suggest]").forEach(begin);
})();
