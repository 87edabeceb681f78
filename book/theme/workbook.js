'use strict';
// Mends what mdBook's page lacks for keyboard and screen reader. Everything stays readable without this file.
(function () {
    // The skip link has to be the first thing that Tab reaches; the template puts it behind the sidebar.
    const skip = document.querySelector('.skip-link');
    if (skip) document.body.prepend(skip);

    // mdBook's menu button is a label: Tab does not reach it, and it may not carry `aria-expanded`. A real button
    // stands in for it; the hidden label still does the work, and tells when the sidebar opens or closes.
    const label = document.getElementById('mdbook-sidebar-toggle');
    if (label) {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = label.className;
        button.title = label.title;
        button.append(...label.childNodes);
        button.setAttribute('aria-label', label.getAttribute('aria-label'));
        button.setAttribute('aria-controls', label.getAttribute('aria-controls'));
        const mirror = function () {
            button.setAttribute('aria-expanded', label.getAttribute('aria-expanded'));
        };
        mirror();
        new MutationObserver(mirror).observe(label, { attributes: true, attributeFilter: ['aria-expanded'] });
        button.addEventListener('click', function () { label.click(); });
        label.before(button);
        label.hidden = true;
        label.style.display = 'none';
    }

    // Everything on a page belongs to a landmark.
    const roles = { 'mdbook-menu-bar': 'banner', 'mdbook-search-wrapper': 'search' };
    for (const [id, role] of Object.entries(roles)) {
        const element = document.getElementById(id);
        if (element) element.setAttribute('role', role);
    }
    // The book's name in the menu bar would be a second title of every page.
    const name = document.querySelector('.menu-title');
    if (name) name.setAttribute('role', 'presentation');

    // What scrolls sideways must be reachable by keyboard, or its end cannot be read. The arrow keys then
    // scroll it: they must not change the chapter at the same time.
    const scrolling = document.querySelectorAll('main pre > code, main .table-wrapper, main figure');
    function reach() {
        for (const element of scrolling) {
            if (element.scrollWidth > element.clientWidth) {
                element.tabIndex = 0;
                if (element.tagName === 'FIGURE') continue; // its caption names it
                element.setAttribute('role', 'group');
                element.setAttribute('aria-label', element.tagName === 'CODE' ? 'Code' : 'Table');
            } else {
                element.removeAttribute('tabindex');
                if (element.tagName === 'FIGURE') continue;
                element.removeAttribute('role');
                element.removeAttribute('aria-label');
            }
        }
    }
    for (const element of scrolling) {
        element.addEventListener('keydown', function (event) {
            if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') event.stopPropagation();
        });
    }
    window.addEventListener('load', reach);
    window.addEventListener('resize', reach);

    // Markdown makes the empty corner of a table a heading of nothing.
    for (const corner of document.querySelectorAll('main th')) {
        if (!corner.textContent.trim()) corner.replaceWith(document.createElement('td'));
    }

    // Checkboxes that mdBook makes have no names.
    for (const box of document.querySelectorAll('main li > input[type="checkbox"], main li > p > input[type="checkbox"]')) {
        box.setAttribute('aria-label', box.checked ? 'done' : 'to do');
    }
    for (const box of document.querySelectorAll('main .checkbox-img')) {
        const image = box.parentElement.querySelector('img');
        box.setAttribute('aria-label', 'Enlarge: ' + (image ? image.alt : 'image'));
    }
    // The enlarged copy of an image is the same image: say it once.
    for (const copy of document.querySelectorAll('main .img-wrapper img')) copy.alt = '';

    // On paper nothing can be unfolded, and light text on white cannot be read: unfold all, and take the light theme.
    const html = document.documentElement;
    const dark = ['rust', 'coal', 'navy', 'ayu'];
    const sheets = ['mdbook-highlight-css', 'mdbook-tomorrow-night-css', 'mdbook-ayu-highlight-css']
        .map(function (id) { return document.getElementById(id); })
        .filter(Boolean);
    let restore = [];
    window.addEventListener('beforeprint', function () {
        for (const details of document.querySelectorAll('main details:not([open])')) {
            details.open = true;
            restore.push(function () { details.open = false; });
        }
        const theme = dark.find(function (name) { return html.classList.contains(name); });
        if (!theme) return;
        html.classList.replace(theme, 'light');
        restore.push(function () { html.classList.replace('light', theme); });
        for (const sheet of sheets) {
            const before = sheet.disabled;
            sheet.disabled = sheet.id !== 'mdbook-highlight-css';
            restore.push(function () { sheet.disabled = before; });
        }
    });
    window.addEventListener('afterprint', function () {
        for (const undo of restore) undo();
        restore = [];
    });
})();
