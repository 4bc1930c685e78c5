# make-corpus.awk: write the pocket corpus and its vocabulary from a small grammar of opinions about films.
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   awk -v dir=data/pocket -f data/pocket/make-corpus.awk
#
# Writes to dir: sentences.tsv, held-out.tsv, train.tsv (labels balanced, no sentence in two of them), vocab.txt.
# The random numbers are our own, so that gawk, mawk, busybox and original-awk write the same bytes.
#
# Counting words is not enough to tell the label. A negation turns an opinion round ("not dull" is praise), and of two
# opposed opinions one decides: the one after "but", or the one that "although" does not introduce. Both are kept in
# the minority, so that the bare words can be learned first, and from them their combinations.

BEGIN {
    if (dir == "") dir = "."
    state = 1    # of the random numbers; another value, another corpus

    # Opinion words: first positive (1), then negative (0).
    list("adjective1", "good great fine lovely funny fresh witty superb subtle rich joyful graceful tasteful hopeful " \
                       "charming thrilling refreshing delightful brilliant warm bright clever sharp tender vivid honest " \
                       "elegant splendid gripping wise playful radiant perfect sincere nimble inventive magical wonderful")
    list("adjective0", "bad dull boring stale dreary clumsy ugly messy silly awful joyless graceless tasteless hopeless " \
                       "annoying depressing disappointing dreadful shallow cold weak poor flat tedious bland awkward " \
                       "stiff terrible dismal vapid crude lazy pompous muddled trite wooden lifeless pointless")
    list("manner1", "warmly brightly cleverly sharply tenderly vividly honestly elegantly")
    list("manner0", "coldly weakly poorly flatly tediously blandly awkwardly stiffly")
    list("verb1", "charm shine thrill delight sparkle work soar refresh")
    list("verb0", "annoy drag fail disappoint stumble plod bore depress")
    list("attitude1", "enjoy applaud respect cherish recommend")
    list("attitude0", "resent detest scorn mock doubt")
    list("quality1", "joy grace charm wit heart wonder warmth taste hope")
    list("quality0", "noise gloom clutter padding boredom nonsense confusion smugness clumsiness")

    # Words without an opinion.
    list("countable", "film scene joke song actor sequel cartoon script character effect chapter costume remake villain " \
                      "thriller trailer battle romance puppet picture")
    list("mass", "plot story music acting dialogue cast pace camera ending editing score animation lighting narration " \
                 "opening finale")
    list("person", "I|we|critics|children|they|viewers|reviewers|my sister|the jury|students|most people", "|")
    list("motion", "move unfold begin end open proceed")
    list("degree", "very really so quite truly deeply")
    list("filler", "in the second act|on a small screen|after an hour|by the end|in the old theater|at the festival|" \
                   "for two hours|from the first minute|in the long night scene|during the storm|near the harbor|" \
                   "with the sound off|under the desert sun|on a Sunday afternoon|before the war", "|")
    list("trait", "long|short|new|old|foreign|silent|set in a village|set in winter|about a sailor|about two brothers|" \
                  "based on a book|shown at midnight|told in letters|taken from real life|made in one week|" \
                  "meant for families|only the third part", "|")

    # Letters and marks first, so that any English sentence can be cut into known pieces.
    vocabulary = dir "/vocab.txt"
    alphabet = "0 1 2 3 4 5 6 7 8 9 a b c d e f g h i j k l m n o p q r s t u v w x y z"
    suffixes = "ed ful ing less ly ness"
    write_pieces("[PAD] [UNK] [CLS] [SEP] [MASK]", "")
    write_pieces("! \" # $ % & ' ( ) * + , - . / : ; < = > ? @ [ \\ ] ^ _ ` { | } ~", "")
    write_pieces(alphabet, "")
    write_pieces(alphabet, "##")
    write_pieces(suffixes, "##")

    write_set(dir "/sentences.tsv", 40)
    write_set(dir "/held-out.tsv", 200)
    write_set(dir "/train.tsv", 2000)
    write_words()
}

# list: store the words of a text under a name.
function list(name, text, separator,    i, word) {
    size[name] = split(text, word, separator == "" ? " " : separator)
    for (i = 1; i <= size[name]; i++) lexicon[name, i] = word[i]
}

# draw: 0 .. n-1, by Park and Miller's generator (1988), whose products stay below 2^53.
function draw(n) {
    state = state * 16807 % 2147483647
    return int(state / 2147483647 * n)
}
function chance(percent) { return draw(100) < percent }
function pick(name) { return lexicon[name, 1 + draw(size[name])] }
function article(word) { return (word ~ /^([aeiou]|honest)/ ? "an " : "a ") word }

# subject: a noun phrase; sets `plural` for the verb that follows.
function subject() {
    plural = chance(30)
    if (plural) return "the " pick("countable") "s"
    return "the " (chance(50) ? pick("countable") : pick("mass"))
}
function third(verb) { return plural ? verb : verb "s" }
function be() { return plural ? "are" : "is" }
function have() { return plural ? "have" : "has" }
function does() { return plural ? "do" : "does" }

# opinion: a clause of the given polarity; when negated, its opinion word has the other one.
function opinion(polarity,    negated, word, form, it) {
    negated = chance(20)
    word = negated ? 1 - polarity : polarity
    form = draw(100)
    it = subject()
    if (form < 40) {
        if (!negated) return it " " be() " " (chance(35) ? pick("degree") " " : "") pick("adjective" word)
        return it " " be() " " (chance(60) ? "not" (chance(30) ? " at all" : "") : "never") " " pick("adjective" word)
    }
    if (form < 52) {
        it = "this is " (negated ? "not " : "")
        return it article(pick("adjective" word)) " " pick("countable")
    }
    if (form < 62) {
        if (!negated) return it " " third(pick("motion")) " " pick("manner" word)
        return it " " does() " not " pick("motion") " " pick("manner" word)
    }
    if (form < 75) {
        if (!negated) return it " " third(pick("verb" word))
        return it " " (chance(60) ? does() " not " pick("verb" word) : "never " third(pick("verb" word)))
    }
    if (form < 87) {
        if (!negated) return pick("person") " " pick("attitude" word) "ed " it
        return pick("person") " " (chance(60) ? "did not " pick("attitude" word) : "never " pick("attitude" word) "ed") " " it
    }
    if (!negated) return it " " have() " " (chance(50) ? "much " : "") pick("quality" word)
    return it " " (chance(50) ? have() " no" : third("lack")) " " pick("quality" word)
}

# neutral: a clause without an opinion.
function neutral(    it) { it = subject(); return it " " be() " " pick("trait") }

# sentence: one of several frames around an opinion of the given polarity.
function sentence(polarity,    form, text) {
    form = draw(100)
    if (form < 30) text = opinion(polarity)
    else if (form < 42) text = opinion(polarity) " " pick("filler")
    else if (form < 54) text = pick("filler") ", " opinion(polarity)
    else if (form < 66) text = opinion(1 - polarity) ", but " opinion(polarity)
    else if (form < 73) text = "although " opinion(1 - polarity) ", " opinion(polarity)
    else if (form < 80) text = opinion(polarity) ", although " opinion(1 - polarity)
    else if (form < 91) text = opinion(polarity) " and " opinion(polarity)
    else text = neutral() ", " (chance(50) ? "but " : "and ") opinion(polarity)
    return toupper(substr(text, 1, 1)) substr(text, 2) (chance(10) ? "!" : ".")
}

# write_set: rows of new sentences, as many positive as negative, in random order; every word is noted.
function write_set(file, rows,    left, polarity, text) {
    left[0] = left[1] = rows / 2
    print "sentence\tlabel" > file
    while (left[0] + left[1] > 0) {
        polarity = draw(left[0] + left[1]) < left[1]
        do text = sentence(polarity); while (text in written)
        written[text]
        left[polarity]--
        note_words(text)
        print text "\t" (polarity ? "positive" : "negative") > file
    }
    close(file)
}

# note_words: remember each word in the order of its first appearance.
function note_words(text,    i, n, word) {
    text = tolower(text)
    gsub(/[.,!]/, "", text)
    n = split(text, word, " ")
    for (i = 1; i <= n; i++) if (!(word[i] in seen)) { seen[word[i]]; order[++words] = word[i] }
}

# write_pieces: write the pieces of a text to the vocabulary, one a line.
function write_pieces(text, prefix,    i, n, piece) {
    n = split(text, piece, " ")
    for (i = 1; i <= n; i++) print prefix piece[i] > vocabulary
}

# write_words: every word longer than a letter, unless it is another word with a suffix: that takes two pieces.
function write_words(    i) {
    for (i = 1; i <= words; i++) if (length(order[i]) > 1 && !derived(order[i])) print order[i] > vocabulary
    close(vocabulary)
}
function derived(word,    i, n, suffix, stem) {
    n = split(suffixes " s", suffix, " ")
    for (i = 1; i <= n; i++) {
        stem = substr(word, 1, length(word) - length(suffix[i]))
        if (length(stem) > 2 && stem in seen && stem suffix[i] == word) return 1
    }
    return 0
}
