# figure.sed: colours that follow the reader: white and black, light greys, and what is too dark on black.
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Shades of the palette stay: their order carries meaning. pdftocairo writes colours in percent, rgb(0%,44.7052%,69.8%).

/<svg /a\
<style>\
:root { --paper: #fff; --ink: #000; --pale: #e2e2e2; --outline: #404040; --ring: 0.2; --blue: #0072b2;\
	--purple: #6a3d9a }\
@media (prefers-color-scheme: dark) {\
:root { --paper: #16181a; --ink: #e4e4e2; --pale: #3c4043; --outline: #c8c8c8; --ring: 0.8; --blue: #3d9fdc;\
	--purple: #a886d1 }\
}\
</style>

s/rgb(100%,100%,100%)/var(--paper)/g
s/rgb(0%,0%,0%)/var(--ink)/g
s/rgb(\(8[0-9][.0-9]*%\),\1,\1)/var(--pale)/g
s/rgb(\(25[.0-9]*%\),\1,\1)/var(--outline)/g
/var(--outline)/s/stroke-width:[.0-9]*/stroke-width:var(--ring)/
s/rgb(0%,44[.0-9]*%,69[.0-9]*%)/var(--blue)/g
s/rgb(41[.0-9]*%,23[.0-9]*%,60[.0-9]*%)/var(--purple)/g
