// What pages can do beside being read. They work without it.
"use strict";

(() => {
  const HIDDEN = "newsgraph:pictures-hidden";
  const root = document.documentElement;

  // Where storage is forbidden, what is chosen holds for one page.
  const stored = () => {
    try {
      return localStorage.getItem(HIDDEN) === "1";
    } catch {
      return root.classList.contains("no-pictures");
    }
  };
  const store = (hidden) => {
    try {
      localStorage.setItem(HIDDEN, hidden ? "1" : "0");
    } catch {}
  };

  // Before anything is drawn: buttons have their places then, and no picture is asked for in vain.
  root.classList.add("scripted");
  root.classList.toggle("no-pictures", stored());

  // A picture that does not come leaves no sign that it is missing. Errors do not bubble up.
  document.addEventListener("error", ({ target }) => {
    if (target instanceof HTMLImageElement) target.hidden = true;
  }, true);

  // Browsers lend their clipboard to secure addresses only; others take what is selected.
  const copied = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };

  document.addEventListener("DOMContentLoaded", () => {
    // Where a link is nothing but a picture, it says in its place what it would show.
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
        const address = button.dataset.copy;
        const said = button.closest(".subscribe").querySelector(".said");
        const done = await copied(address);
        button.focus();
        said.textContent = done ? "Copied: give it to your feed reader." : address;
      });
    }
    for (const button of document.querySelectorAll("button[data-pictures]")) {
      const show = () => {
        button.textContent = root.classList.contains("no-pictures") ? "Show pictures" : "Hide pictures";
      };
      const follow = () => {
        root.classList.toggle("no-pictures", stored());
        show();
      };
      button.hidden = false;
      show();
      button.addEventListener("click", () => {
        store(root.classList.toggle("no-pictures"));
        show();
      });
      // What is chosen on one page holds for those that are open elsewhere, and for one come back to.
      addEventListener("storage", ({ key }) => key === HIDDEN && follow());
      addEventListener("pageshow", ({ persisted }) => persisted && follow());
    }
  });
})();
