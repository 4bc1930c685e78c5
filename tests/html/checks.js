// checks.js: what must hold of a page, as a browser has laid it out; check.sh puts it into a copy of the page.
// SPDX-License-Identifier: GPL-3.0-or-later
//
// `expected` (check.sh): width, scheme, figures, tables, listings, and the scripts that the margin names, in order.
// Each fault is a line; the lines go to the frame around the page.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const clean = (text) => text.replace(/\s+/g, ' ').trim();
const place = (element) =>
	clean(element.closest('figure')?.querySelector('figcaption')?.textContent ?? element.outerHTML).slice(0, 60);

// Luminance and contrast of WCAG 2.1.
function contrast(one, other) {
	const luminance = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map((value) => value / 255)
		.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
		.reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
	const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
	return (light + 0.05) / (dark + 0.05);
}

const checks = {
	'the window is as asked for'(fault) {
		if (innerWidth !== expected.width) fault(`${innerWidth} px`);
		if (!matchMedia(`(prefers-color-scheme: ${expected.scheme})`).matches) fault(`not ${expected.scheme}`);
	},
	'nothing is wider than the window'(fault) {
		const width = document.documentElement.scrollWidth;
		if (width <= innerWidth) return;
		const widest = all('body *').filter((element) => !element.parentElement.closest('.scroll, pre'))
			.find((element) => element.getBoundingClientRect().right > innerWidth + 1);
		fault(`${width} px: ${widest ? `<${widest.localName}> ${place(widest)}` : ''}`);
	},
	'the page says that it is HTML, its language, its title and that it fits a phone'(fault) {
		if (!document.doctype) fault('no doctype');
		if (!document.documentElement.lang) fault('no lang');
		if (!document.title.trim()) fault('no title');
		if (!document.querySelector('meta[name=viewport][content*="width=device-width"]')) fault('no viewport');
	},
	'it needs nothing from the network'(fault) {
		all('[src], link[href]').map((element) => element.getAttribute('src') ?? element.getAttribute('href'))
			.filter((address) => /^([a-z]+:|\/)/.test(address)).forEach(fault);
	},
	'every style sheet is there'(fault) {
		// of a file that is not there, none may be read
		const rules = (link) => { try { return link.sheet.cssRules.length; } catch { return 0; } };
		all('link[rel=stylesheet]').filter((link) => !rules(link)).forEach((link) => fault(link.getAttribute('href')));
	},
	'every drawing is there, and said in words'(fault) {
		for (const image of all('img')) {
			if (image.naturalWidth === 0) fault(`${image.getAttribute('src')} does not load`);
			if (!image.alt.trim()) fault(`${image.getAttribute('src')} has no alt`);
		}
	},
	'every link leads somewhere'(fault) {
		for (const link of all('a')) {
			const address = link.getAttribute('href');
			const leads = address?.startsWith('#') ? document.getElementById(decodeURIComponent(address.slice(1)))
				: /^https?:\/\/[^/\s]+\/\S*$/.test(address);
			if (!leads && !(address === null && link.id)) fault(address ?? `no address: ${clean(link.textContent)}`);
		}
	},
	'the contents list every section'(fault) {
		const listed = all('nav a').map((link) => clean(link.textContent));
		all('main > h2, main > h3').map((heading) => clean(heading.textContent))
			.filter((heading) => !listed.includes(heading)).forEach(fault);
	},
	'every table has headings, and rows of the same length, none empty'(fault) {
		for (const table of all('table')) {
			if (!table.querySelector('th')) fault(`no heading: ${place(table)}`);
			const length = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
			const lengths = new Set([...table.rows].map(length));
			if ([...table.rows].some((row) => !clean(row.textContent))) fault(`an empty row: ${place(table)}`);
			if (lengths.size !== 1) fault(`rows of ${[...lengths].join(', ')} columns: ${place(table)}`);
		}
	},
	'figures, tables and listings are as many as in the LaTeX source'(fault) {
		const found = { figures: all('figure.figure img').length, tables: all('figure.table table').length,
			listings: all('figure.listing pre').length };
		for (const kind in found) {
			if (found[kind] !== expected[kind]) fault(`${found[kind]} ${kind}, ${expected[kind]} expected`);
		}
	},
	'beside each stands the script that made it, with links that say more'(fault) {
		const asides = all('figure > .provenance');
		const scripts = asides.map((aside) => clean(aside.querySelector('p').textContent)).join(' ');
		if (scripts !== expected.scripts.join(' ')) fault(`${scripts}; expected: ${expected.scripts.join(' ')}`);
		for (const aside of asides) {
			const script = clean(aside.querySelector('p').textContent);
			const link = aside.querySelector('a[href^="#"]');
			const row = link && document.getElementById(link.getAttribute('href').slice(1))?.closest('tr');
			if (!row?.textContent.includes(script)) fault(`${script} has no row in the appendix`);
			const { left, right } = aside.getBoundingClientRect();
			if (left < 0 || right > innerWidth) fault(`${script} is beyond the window`);
		}
	},
	'nothing is left unresolved, or as TeX or a program writes it'(fault) {
		const tex = /\?\?|\[\?|\\[a-zA-Z@]+|\$[^$]*\$|\bprotect\b/, number = /(^|[\s([])-\d|\d[eE][-+]?\d/;
		const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT,
			(node) => node.parentElement.closest('pre, script') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
		while (words.nextNode()) {
			const { data, parentElement } = words.currentNode;
			if (tex.test(data) || !parentElement.closest('code') && number.test(data)) fault(clean(data).slice(0, 60));
		}
	},
	'every formula is drawn'(fault) {
		all('math').filter((math) => math.getBoundingClientRect().width < 1)
			.forEach((math) => fault(math.outerHTML.slice(0, 80)));
	},
	'text stands out from what is behind it'(fault) {
		const colour = getComputedStyle(document.body).backgroundColor;
		const behind = colour === 'rgba(0, 0, 0, 0)' ? 'rgb(255, 255, 255)' : colour;
		for (const selector of ['body', 'main a', 'figcaption', '.provenance a', 'nav a', 'code', 'td']) {
			const element = document.querySelector(selector);
			const ratio = element ? contrast(getComputedStyle(element).color, behind) : 21;
			if (ratio < 4.5) fault(`${selector}: ${ratio.toFixed(1)} to 1, 4.5 wanted`);
		}
	},
};

addEventListener('load', async () => {
	await document.fonts.ready;
	const faults = [];
	for (const [name, check] of Object.entries(checks)) {
		try { check((what) => faults.push(`not so: ${name}: ${what}`)); }
		catch (error) { faults.push(`not so: ${name}: ${error}`); }
	}
	parent.postMessage([`${Object.keys(checks).length} checks`, ...faults, ''].join('\n'), '*');
});
