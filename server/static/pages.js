// Optional enhancements: hiding pictures, copying the URLs of feeds, and suggestions in search boxes.
// Pages work without them.
"use strict";

(() => {
  const STORAGE_KEY = "newsgraph:pictures-hidden";
  const root = document.documentElement;

  // Without access to local storage, the choice applies to the current page only.
  const loadHidden = () => {
    try {
      return localStorage.getItem(STORAGE_KEY) === "1";
    } catch {
      return root.classList.contains("no-pictures");
    }
  };
  const saveHidden = (hidden) => {
    try {
      localStorage.setItem(STORAGE_KEY, hidden ? "1" : "0");
    } catch {}
  };

  // Before the first paint, so that buttons shift no content and hidden pictures are not loaded.
  root.classList.add("scripted");
  root.classList.toggle("no-pictures", loadHidden());

  // Hide pictures that fail to load. Capture the event, as error events do not bubble.
  document.addEventListener("error", ({ target }) => {
    if (target instanceof HTMLImageElement) target.hidden = true;
  }, true);

  // Browsers expose the clipboard in secure contexts only; elsewhere, copy a selection.
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    return isCopied;
  };

  // Show completed searches below a search box while somebody types in it.
  const suggest = (input, number) => {
    const list = document.createElement("datalist");
    list.id = `suggestions-${number}`;
    input.after(list);
    input.setAttribute("list", list.id);
    input.autocomplete = "off";
    let timer, request;
    input.addEventListener("input", ({ inputType }) => {
      clearTimeout(timer);
      request?.abort();
      // Somebody has chosen a suggestion.
      if (!inputType || inputType === "insertReplacementText") return;
      timer = setTimeout(async () => {
        if (!input.value.trim()) return list.replaceChildren();
        request = new AbortController();
        try {
          const url = `${input.form.action}/suggest?q=${encodeURIComponent(input.value)}`;
          const response = await fetch(url, { signal: request.signal });
          if (!response.ok) return;
          const [, searches] = await response.json();
          list.replaceChildren(...searches.map((search) => new Option("", search)));
        } catch {} // Without suggestions, the box works as before.
      }, 120);
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[role=search] input[name=q]").forEach(suggest);
    // Give links whose only content is a picture a text that replaces the hidden picture.
    for (const picture of document.querySelectorAll(".story a img")) {
      if (picture.closest("a").textContent.trim()) continue;
      const text = document.createElement("span");
      text.className = "instead";
      text.textContent = picture.alt;
      picture.after(text);
    }
    for (const button of document.querySelectorAll("button[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const feedUrl = button.dataset.copy;
        const status = button.closest(".subscribe, .addresses").querySelector(".said");
        const isCopied = await copy(feedUrl);
        button.focus();
        status.textContent = isCopied ? "Copied: give it to your feed reader." : feedUrl;
      });
    }
    // A click into the address of a feed selects it, as the Tab key does without a script.
    for (const field of document.querySelectorAll(".addresses input")) {
      field.addEventListener("focus", () => field.select());
    }
    for (const button of document.querySelectorAll("button[data-pictures]")) {
      const updateLabel = () => {
        button.textContent = root.classList.contains("no-pictures") ? "Show pictures" : "Hide pictures";
      };
      const applyStoredChoice = () => {
        root.classList.toggle("no-pictures", loadHidden());
        updateLabel();
      };
      button.hidden = false;
      updateLabel();
      button.addEventListener("click", () => {
        saveHidden(root.classList.toggle("no-pictures"));
        updateLabel();
      });
      // Apply the choice to pages in other tabs, and to pages restored from the back/forward cache.
      addEventListener("storage", ({ key }) => key === STORAGE_KEY && applyStoredChoice());
      addEventListener("pageshow", ({ persisted }) => persisted && applyStoredChoice());
    }
  });
})();
