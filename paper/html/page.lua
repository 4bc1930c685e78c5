-- page.lua: puts in order what TeX4ht makes of the paper: a make4ht build file, whose filter walks over the page once
-- for each concern, in the order of the list at the end.
-- SPDX-License-Identifier: GPL-3.0-or-later

local domfilter = require "make4ht-domfilter"

-- ---- the tree ----

local root -- of the page, which makes its nodes

local function is(node, name, class)
	return node:is_element() and node:get_element_name() == name
		and (not class or (" " .. (node:get_attribute("class") or "") .. " "):find(" " .. class .. " ", 1, true) ~= nil)
end

-- All elements NAME below a node, of a class if one is given, in the order of the page.
local function find(node, name, class)
	local found = {}
	node:traverse_elements(function(element)
		if is(element, name, class) then found[#found + 1] = element end
	end)
	return found
end

local function trimmed(text) return (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")) end

local function text_of(node) return trimmed(node:get_text()) end

-- Also with the spaces in it by which TeX moves words.
local function empty(node)
	return text_of(node):gsub("\u{A0}", ""):gsub("\u{2003}", ""):gsub(" ", "") == ""
		and #find(node, "img") + #find(node, "math") + #find(node, "table") == 0
end

-- What a node holds, but for comments and what was removed.
local LEFT_OUT = { COMMENT = true, removed = true }

local function content(node)
	local kept = {}
	for _, child in ipairs(node:get_children()) do
		if not LEFT_OUT[child:get_node_type()] then kept[#kept + 1] = child end
	end
	return kept
end

local function fill(node, children)
	node._children = {}
	for _, child in ipairs(children) do node:add_child_node(child) end
	return node
end

local function element(name, attributes, ...)
	return fill(root:create_element(name, attributes), { ... })
end

local function text(string) return root:create_text_node(string) end

-- What a node holds takes its place.
local function unwrap(node)
	local siblings = {}
	for _, sibling in ipairs(node:get_parent():get_children()) do
		for _, each in ipairs(sibling == node and content(node) or { sibling }) do siblings[#siblings + 1] = each end
	end
	fill(node:get_parent(), siblings)
end

-- A node's place is taken by a new element that holds it.
local function wrap(node, name, attributes)
	local parent, box = node:get_parent(), element(name, attributes)
	node:replace_node(box)
	box._parent = parent
	box:add_child_node(node)
	return box
end

-- What may be wider than a phone moves in a box of its own, also by keys.
local function scrolling(node)
	wrap(node, "div", { class = "scroll", tabindex = "0", role = "region", ["aria-label"] = "Table" })
end

-- ---- texts ----

-- The spaces by which TeX4ht filled its lines.
local function spaces(node)
	for _, child in ipairs(content(node)) do
		if child:is_text() then
			child._text = child._text:gsub("%s+", " ")
		elseif not is(child, "pre") then
			spaces(child)
		end
	end
	fill(node, content(node))
end

local RAISED = { ["-"] = "⁻", ["+"] = "", ["0"] = "⁰", ["1"] = "¹", ["2"] = "²", ["3"] = "³", ["4"] = "⁴",
	["5"] = "⁵", ["6"] = "⁶", ["7"] = "⁷", ["8"] = "⁸", ["9"] = "⁹" }

-- -12345.6e-7 with its minus, its groups of digits and its power of ten, as siunitx sets it.
local function number(string)
	local sign, whole, rest = string:match("^([-+]?)(%d+)(.*)$")
	if not whole then return string end
	while whole:find("%d%d%d%d") do whole = whole:gsub("^(%d+)(%d%d%d)", "%1,%2") end
	rest = rest:gsub("e([-+]?%d+)$", function(power) return "\u{A0}×\u{A0}10" .. power:gsub(".", RAISED) end)
	return (sign == "-" and "−" or sign) .. whole .. rest
end

-- Marked in page.cfg; alone in a cell of a table of numbers. After "r =" a number belongs to the formula, on its line.
local function numbers()
	for _, span in ipairs(find(root, "span", "number")) do
		local before, value = span:get_prev_node(), number(text_of(span))
		local operators = before and is(before, "math") and find(before, "mo") or {}
		local row = operators[1] and operators[#operators]:get_parent()
		if row and content(row)[#content(row)] == operators[#operators] then
			row:add_child_node(element("mn", {}, text(value)))
			span:remove_node()
		else
			fill(span, { text(value) })
			unwrap(span)
		end
	end
	for _, cell in ipairs(find(root, "td")) do
		local compared, value = text_of(cell):match("^([<>]?) ?([-+]?%d[%d.]*e?[-+]?%d*)$")
		if value then fill(cell, { text((compared ~= "" and compared .. " " or "") .. number(value)) }) end
	end
end

-- ---- formulas ----

-- Operators that stand close to what is beside them; U+2061 applies a function.
local CLOSE = { ["∑"] = true, ["∥"] = true, ["/"] = true, ["∕"] = true }
local APPLY = "\u{2061}"

local function space() return element("mspace", { width = "0.17em" }) end

-- One letter a variable, operators as such, decimals in one piece.
local function pieces(node)
	local children = {}
	local function add(...) for _, child in ipairs { ... } do children[#children + 1] = child end end
	for _, child in ipairs(content(node)) do
		local last = children[#children]
		local name, string = child:is_element() and child:get_element_name(), trimmed(child:get_text())
		local leaf = name == "mi" or name == "mo" or name == "mn" or name == "mtext"
		if name == "mi" and child:get_attribute("mathvariant") == "italic" then
			for _, code in utf8.codes(string) do add(element("mi", {}, text(utf8.char(code)))) end
		elseif leaf and CLOSE[string] then
			add(element("mo", { stretchy = "false", lspace = "0.05em", rspace = "0.05em" }, text(string)))
		elseif leaf and string == APPLY then
			if not is(node:get_parent(), "msub") and not is(node:get_parent(), "munder") then add(space()) end
		elseif last and is(last, "mn") and (name == "mn" or name == "mo" and string == ".") then
			fill(last, { text(text_of(last) .. string) })
		elseif name == "mo" and string == "." then
			add(element("mn", {}, text(string)))
		elseif leaf then
			if string ~= "" then add(fill(child, { text(string) })) end
		elseif name then
			add(child)
			if name == "munder" then add(space()) end
		elseif string ~= "" then
			add(child)
		end
	end
	fill(node, children)
end

-- What is only a number, or compares one, is text.
local function formulas()
	for _, math in ipairs(find(root, "math")) do
		math:traverse_elements(function(node)
			node:set_attribute("class", nil)
			pieces(node)
		end)
		local string = math:get_text():gsub("%s", "")
		if string:gsub("^−", "+"):match("^%+?[%d.]+$") or string == "≤" or string == "≥" then
			math:replace_node(text(string))
		end
	end
end

-- Texts that became neighbours are one; an interval stays on its line, a percent sign with its number.
local function together()
	root:traverse_elements(function(node)
		local children = {}
		for _, child in ipairs(content(node)) do
			local last = children[#children]
			if child:is_text() and last and last:is_text() then
				last._text = last._text .. child._text
			else
				children[#children + 1] = child
			end
		end
		for _, child in ipairs(children) do
			if child:is_text() then
				child._text = child._text:gsub("%[([^%s%[]+), ([^%s%[]+)%]", "[%1,\u{A0}%2]")
					:gsub("(%d) %%", "%1\u{202F}%%")
			end
		end
		fill(node, children)
	end)
end

-- A browser may break a line on both sides of a formula, also beside a parenthesis: what touches it is kept with it.
local function unbroken()
	for _, math in ipairs(find(root, "math")) do
		local before, after = math:get_prev_node(), math:get_next_node()
		local left = before and before:is_text() and before._text:match("%S+$") or ""
		local right = after and after:is_text() and after._text:match("^%S+") or ""
		if left .. right ~= "" then
			if left ~= "" then before._text = before._text:sub(1, -#left - 1) end
			if right ~= "" then after._text = after._text:sub(#right + 1) end
			local box = wrap(math, "span", { class = "unbroken" })
			fill(box, { text(left), math, text(right) })
		end
	end
end

-- ---- headings: the title is the first ----

local function headings()
	for _, level in ipairs { { "h3", "h2" }, { "h4", "h3" } } do
		for _, heading in ipairs(find(root, level[1])) do
			heading._name = level[2]
			heading:set_attribute("class", nil)
			for _, mark in ipairs(find(heading, "span", "titlemark")) do
				mark:set_attribute("class", "mark")
				fill(mark, { text(text_of(mark)) })
			end
		end
	end
	for _, span in ipairs(find(root, "span", "paragraphHead")) do
		span._name = "strong"
		span:set_attribute("class", "paragraph")
	end
end

-- ---- tables ----

local ALIGNED = { l = "left", c = "center", r = "right" }

-- The cells of a row; one that spans columns (page.cfg) stands for the empty ones behind it. Short rows are filled.
local function cells_of(row, columns)
	local cells, covered, width = {}, 0, 0
	for _, cell in ipairs(find(row, "td")) do
		if covered > 0 then
			covered = covered - 1
		else
			local style = cell:get_attribute("style") or ""
			local class = style:match("text%-align:(%a+)") or "left"
			if not style:find("nowrap", 1, true) then class = class .. " text" end
			local span = find(cell, "span", "columns")[1]
			local count
			if span then
				count = span:get_attribute("data-count")
				class = ALIGNED[span:get_attribute("data-columns"):gsub("@%b{}", ""):match("[lcr]")]
				covered = tonumber(count) - 1
				unwrap(span)
			end
			width = width + covered + 1
			for _, paragraph in ipairs(find(cell, "p")) do unwrap(paragraph) end
			local sum = text_of(cell):match(("%x"):rep(64) .. "$")
			if sum then fill(cell, { element("code", { class = "sum" }, text(sum)) }) end
			cells[#cells + 1] = fill(element("td", { class = class, colspan = count }), content(cell))
		end
	end
	if width < columns then
		cells[#cells + 1] = element("td", { colspan = tostring(columns - width) })
	end
	return cells
end

local function all_empty(cells)
	for _, cell in ipairs(cells) do
		if not empty(cell) then return false end
	end
	return true
end

-- Rows above the first rule are the head. What spans a whole row is the heading of those below it.
local function tables()
	for _, old in ipairs(find(root, "table")) do
		local columns = #find(old, "col")
		local head, body = element("thead", {}), element("tbody", {})
		local rows, ruled = {}, false
		for _, row in ipairs(find(old, "tr")) do
			local rule = #find(row, "span", "midrule") > 0
			for _, mark in ipairs(find(row, "span", "midrule")) do mark:remove_node() end
			if rule and #head:get_children() == 0 then
				fill(head, rows)
				rows = {}
			elseif rule then
				ruled = true
			end
			local cells = cells_of(row, columns)
			if not all_empty(cells) then
				if #cells == 1 and tonumber(cells[1]:get_attribute("colspan")) == columns then
					cells[1]._name = "th"
					cells[1]:set_attribute("scope", "rowgroup")
				end
				rows[#rows + 1] = fill(element("tr", { class = ruled and "ruled" or nil }), cells)
				ruled = false
			end
		end
		fill(body, rows)
		for _, cell in ipairs(find(head, "td")) do
			cell._name = "th"
			cell:set_attribute("scope", cell:get_attribute("colspan") and "colgroup" or "col")
		end
		-- Without a rule there is no head: the first column then names the rows.
		if #head:get_children() == 0 then
			for _, row in ipairs(find(body, "tr")) do
				local first = content(row)[1]
				first._name = "th"
				first:set_attribute("scope", "row")
			end
		end
		old._attr = {}
		fill(old, #head:get_children() > 0 and { head, body } or { body })
		if is(old:get_parent(), "div", "tabular") then unwrap(old:get_parent()) end
		scrolling(old)
	end
end

-- ---- floats ----

-- Without what it ends in: a colon may.
local function first_sentence(string) return (string .. " "):match("^(.-)[.:;] ") .. "." end

-- A figure element holds a caption; the drawing, table or listing; and where it comes from.
local function floats()
	for _, float in ipairs(find(root, "div", "table")) do unwrap(float) end
	for _, float in ipairs(find(root, "figure")) do
		local caption = find(float, "figcaption")[1]
		local label = text_of(find(caption, "span", "id")[1])
		local sentences = find(caption, "span", "content")[1]
		local anchor = find(float, "a")[1]
		local image, listing = find(float, "img")[1], find(float, "pre")[1]
		if image then
			local file = image:get_attribute("src"):gsub("^build/", "")
			image._attr = { src = file, alt = first_sentence(text_of(sentences)) }
			scrolling(image)
		elseif listing then
			scrolling(listing)
		end
		local shown = find(float, "div", "scroll")[1]
		shown:set_attribute("aria-label", (label:gsub(":$", "")))
		local from = find(float, "aside", "provenance")[1]
		float._attr = { id = anchor:get_attribute("id"), class = label:match("^%a+"):lower() }
		caption._attr = {}
		fill(caption, { element("strong", {}, text(label)), text(" "), table.unpack(content(sentences)) })
		fill(float, { caption, shown, from })
	end
end

-- Each line with its number, which the text of a listing begins with; comments, if they end on their line.
local function listings()
	for _, listing in ipairs(find(root, "pre")) do
		local children, expected = {}, nil
		for line in listing:get_text():gmatch("[^\n]+") do
			expected = expected and expected + 1 or tonumber(line:match("^%d+"))
			local code = line:sub(#tostring(expected) + 1):gsub("%s+$", "")
			local before, comment, behind = code:match("^(.-)(/%*.*%*/)(.*)$")
			children[#children + 1] = element("span", { class = "line" }, text(tostring(expected)))
			children[#children + 1] = text(before or code)
			if comment then children[#children + 1] = element("span", { class = "comment" }, text(comment)) end
			children[#children + 1] = text((behind or "") .. "\n")
		end
		listing._attr = {}
		fill(listing, children)
	end
end

-- ---- links ----

-- An anchor gives its name to the heading or entry that it stands in; what nothing leads to is left out.
local function anchors()
	local wanted = {}
	for _, link in ipairs(find(root, "a")) do
		local target = (link:get_attribute("href") or ""):match("^#(.*)")
		if target then wanted[target] = true end
	end
	for _, anchor in ipairs(find(root, "a")) do
		local id, parent = anchor:get_attribute("id"), anchor:get_parent()
		if id and not anchor:get_attribute("href") then
			local heading = is(parent, "h2") or is(parent, "h3")
			if heading and not parent:get_attribute("id") then
				parent:set_attribute("id", id)
				anchor:remove_node()
			elseif not wanted[id] then
				anchor:remove_node()
			end
		end
	end
end

-- Paragraphs that TeX4ht began and left.
local function paragraphs()
	for _, paragraph in ipairs(find(root, "p")) do
		if empty(paragraph) and #find(paragraph, "a") == 0 then
			paragraph:remove_node()
		else
			local class = paragraph:get_attribute("class")
			if class == "noindent" or class == "indent" then paragraph:set_attribute("class", nil) end
		end
	end
end

-- ---- the page ----

local function contents()
	local list, inner = element("ol", {}), nil
	root:traverse_elements(function(heading)
		local id = heading:get_attribute("id")
		if not (id and (is(heading, "h2") or is(heading, "h3"))) then return end
		local link = element("a", { href = "#" .. id })
		for _, child in ipairs(content(heading)) do link:add_child_node(heading:copy_node(child)) end
		local item = element("li", {}, link)
		if is(heading, "h2") then
			list:add_child_node(item)
			inner = nil
		else
			if not inner then
				inner = element("ol", {})
				local items = content(list)
				items[#items]:add_child_node(inner)
			end
			inner:add_child_node(item)
		end
	end)
	return element("nav", { ["aria-label"] = "Contents" }, list)
end

local function page()
	local html, head, body = find(root, "html")[1], find(root, "head")[1], find(root, "body")[1]
	local header = find(root, "header")[1]
	html._attr = { lang = "en" }
	fill(head, {
		element("meta", { charset = "utf-8" }),
		element("meta", { name = "viewport", content = "width=device-width, initial-scale=1" }),
		element("meta", { name = "color-scheme", content = "light dark" }),
		element("title", {}, text(text_of(find(header, "h1")[1]))),
		element("link", { rel = "stylesheet", href = "page.css" }),
	})
	header:remove_node()
	fill(body, { header, contents(), element("main", {}, table.unpack(content(body))) })
end

local BLOCKS = {}
for name in ("head body title link meta header nav main section h1 h2 h3 p li dt figure div aside thead tbody tr")
	:gmatch("%w+") do BLOCKS[name] = true end

-- A line of the file for each block, so that two pages can be compared.
local function lines()
	root:traverse_elements(function(node)
		local children = {}
		for _, child in ipairs(content(node)) do
			if child:is_element() and BLOCKS[child:get_element_name()] then children[#children + 1] = text("\n") end
			children[#children + 1] = child
		end
		fill(node, children)
	end)
end

local steps = { spaces, formulas, tables, numbers, together, unbroken, headings, listings, floats, anchors, paragraphs,
	page, lines }

Make:match("html$", domfilter {
	function(dom)
		root = dom:root_node()
		for _, step in ipairs(steps) do step(root) end
		return dom
	end,
})
