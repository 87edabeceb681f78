// Panels: linked rows, steppers, quizzes. Everything that they show is in the page as tables and text.
'use strict';
(function () {
    /** A key of ours must not reach mdBook, which turns the page at Left and Right. */
    function on_keys(element, acts) {
        element.addEventListener('keydown', event => {
            const act = acts[event.key];
            if (!act || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            event.stopPropagation();
            act();
        });
    }

    /** Rows of the same line of source are marked together. */
    function link_rows(grid) {
        const tables = [...grid.querySelectorAll('table')].map(table => [...table.tBodies[0].rows]);
        const rows = tables.flat();
        let current = rows[0];
        const linked = (a, b) => a === b || (a.dataset.line !== undefined && a.dataset.line === b.dataset.line);
        const show = row => rows.forEach(other => other.classList.toggle('on', !!row && linked(row, other)));
        const go = row => {
            if (!row) return;
            current.tabIndex = -1;
            current = row;
            row.tabIndex = 0;
            row.focus();
        };
        rows.forEach(row => { row.tabIndex = row === current ? 0 : -1; });
        grid.addEventListener('mouseover', event => show(event.target.closest('tbody tr')));
        grid.addEventListener('mouseleave', () => show(grid.contains(document.activeElement) ? current : null));
        grid.addEventListener('focusin', event => {
            const row = event.target.closest('tbody tr');
            if (row) { current = row; show(row); }
        });
        grid.addEventListener('click', event => go(event.target.closest('tbody tr')));
        const beside = by => {
            const at = tables.findIndex(table => table.includes(current));
            for (let next = at + by; tables[next]; next += by) {
                const found = tables[next].find(row => linked(current, row));
                if (found) return go(found);
            }
        };
        const below = by => {
            const table = tables.find(list => list.includes(current));
            go(table[table.indexOf(current) + by]);
        };
        on_keys(grid, {
            ArrowUp: () => below(-1), ArrowDown: () => below(1),
            ArrowLeft: () => beside(-1), ArrowRight: () => beside(1),
        });
    }

    /** One step at a time: the row is marked, and what is known by then stands below. */
    function make_stepper(stepper) {
        const rows = [...stepper.querySelectorAll('tbody tr')];
        let at = 0;
        const bar = document.createElement('div');
        bar.className = 'step-bar';
        const button = (text, by) => {
            const made = document.createElement('button');
            made.type = 'button';
            made.textContent = text;
            made.addEventListener('click', () => go(at + by));
            bar.append(made);
        };
        const where = document.createElement('span');
        // A run has a cell for each register and each piece of memory; else all that is known is one text.
        const machine = stepper.querySelector('.machine');
        const known = document.createElement('p');
        known.className = machine ? 'said' : 'known';
        known.setAttribute('role', 'status');
        button('Back', -1);
        button('Step', 1);
        bar.append(where);
        const scroll = document.createElement('div');
        scroll.className = 'step-rows';
        scroll.tabIndex = 0;
        scroll.setAttribute('role', 'region');
        scroll.setAttribute('aria-label', 'Steps');
        scroll.append(stepper.querySelector('table'));
        stepper.append(bar, scroll, known);
        if (machine) stepper.append(machine);

        /** `R1 is the context` or `r1 = 27`: the name, and what is said of it. */
        function facts(row) {
            const clone = row.cells[2].cloneNode(true);
            clone.querySelectorAll('.back').forEach(back => back.remove());
            return clone.textContent.split(';').map(text => text.trim()).filter(Boolean)
                .map(text => { const name = text.split(' ')[0]; return [name, text]; });
        }
        function go(to) {
            at = Math.max(0, Math.min(rows.length - 1, to));
            const state = new Map();
            rows.slice(0, at + 1).forEach(row => {
                if (row.dataset.reset !== undefined) state.clear();
                facts(row).forEach(([name, text]) => state.set(name, text));
            });
            rows.forEach((row, number) => {
                row.classList.toggle('on', number === at);
                if (number === at) row.setAttribute('aria-current', 'step'); else row.removeAttribute('aria-current');
            });
            const row = rows[at];
            scroll.scrollTop = Math.max(0, row.offsetTop - scroll.clientHeight / 2);
            where.textContent = `step ${at + 1} of ${rows.length}`;
            if (machine) return fill(state, row);
            const names = [...state.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
            known.textContent = names.length ? names.map(name => state.get(name)).join(' · ') : 'nothing is known yet';
        }
        /** The cells after a step; those that it changed are marked. */
        function fill(state, row) {
            const changed = new Set(facts(row).map(([name]) => name));
            machine.querySelectorAll('[data-name]').forEach(cell => {
                const name = cell.dataset.name;
                const text = state.has(name) ? state.get(name).slice(name.length + 3) : cell.dataset.first || '';
                cell.lastElementChild.textContent = text === 'nothing' ? '' : text;
                cell.classList.toggle('on', changed.has(name));
            });
            const source = rows.slice(0, at + 1).findLast(one => one.dataset.source);
            known.textContent = source ? source.dataset.source : '';
        }
        on_keys(stepper, {
            ArrowRight: () => go(at + 1), ArrowDown: () => go(at + 1),
            ArrowLeft: () => go(at - 1), ArrowUp: () => go(at - 1),
            Home: () => go(0), End: () => go(rows.length - 1),
        });
        go(0);
    }

    /** Questions are answered one by one; those that were wrong can be tried again. Nothing is stored or sent. */
    function make_quiz(quiz) {
        const questions = [...quiz.querySelectorAll('fieldset.question')];
        const bar = document.createElement('div');
        bar.className = 'quiz-bar';
        const check = document.createElement('button');
        check.type = 'button';
        check.textContent = 'Check my answers';
        const said = document.createElement('p');
        said.setAttribute('role', 'status');
        bar.append(check, said);
        quiz.append(bar);
        questions.forEach(question => {
            question.querySelector('details').hidden = true;
            on_keys(question, {});
        });
        const chosen = question => question.querySelector('input:checked');
        check.addEventListener('click', () => {
            let right = 0, open = 0;
            questions.forEach(question => {
                const answer = chosen(question);
                question.classList.remove('right', 'wrong');
                if (!answer) { open += 1; return; }
                const good = answer.value === question.dataset.right;
                question.classList.add(good ? 'right' : 'wrong');
                mark(question, good);
                if (good) {
                    right += 1;
                    question.querySelector('details').hidden = false;
                    question.querySelector('details').open = true;
                } else {
                    answer.checked = false;
                }
            });
            const wrong = questions.length - right - open;
            said.textContent = `${right} of ${questions.length} right.`
                + (open ? ` ${open} not answered yet.` : '')
                + (wrong ? ' Choose again where it says so.' : '');
        });
        function mark(question, good) {
            let word = question.querySelector('.mark');
            if (!word) {
                word = document.createElement('p');
                word.className = 'mark';
                question.append(word);
            }
            word.textContent = good ? 'Right.' : 'Not this one. Choose again.';
        }
        // Left and Right choose an answer here; they must not turn the page.
        quiz.addEventListener('keydown', event => {
            if (event.key.startsWith('Arrow')) event.stopPropagation();
        });
    }

    document.querySelectorAll('.code-grid').forEach(link_rows);
    document.querySelectorAll('.stepper').forEach(make_stepper);
    document.querySelectorAll('section.quiz').forEach(make_quiz);
    document.querySelectorAll('.tabs').forEach(tabs => {
        tabs.addEventListener('keydown', event => {
            if (event.target.type === 'radio' && event.key.startsWith('Arrow')) event.stopPropagation();
        });
    });
})();
