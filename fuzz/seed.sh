#!/usr/bin/env bash
# Fills fuzz/corpus with what the repository holds: examples, records, good replies and rules.
set -euo pipefail
cd "$(dirname "$0")/.."

# TARGET NUMBER FILE: the file after the byte that chooses how it is read.
seed() {
    mkdir -p "fuzz/corpus/$1"
    { printf "\\x$(printf %02x "$2")"; head -c 4000 "$3"; } >"fuzz/corpus/$1/$2-$(basename "$3")"
}

# The formats in the order in which the program names them.
number() {
    case ${1##*.} in
        txt) echo 0 ;; md) echo 1 ;; html) echo 2 ;; eml) echo 3 ;; json) echo 4 ;; jsonl) echo 5 ;;
        yaml | yml) echo 6 ;; csv) echo 7 ;; tsv) echo 8 ;; xml) echo 9 ;; po) echo 10 ;; toml) echo 11 ;;
    esac
}

parts=$(mktemp -d)
trap 'rm -r "$parts"' EXIT
head -n 60 tests/replies/good.jsonl | split -l 1 --additional-suffix=.txt - "$parts/good-"
split -l 60 --additional-suffix=.toml rules.toml "$parts/rules-"

for file in examples/replies/* examples/macros/* tests/records/* tests/cli/*.in/* "$parts"/good-*; do
    format=$(number "$file")
    [ -f "$file" ] && [ -n "$format" ] || continue
    seed document "$format" "$file"
    seed document $((format + 13)) "$file"
    seed fix "$format" "$file"
    seed check "$format" "$file"
    { echo a.md; cat "$file"; } >"$parts/named"
    seed wire $((format * 8 + 3)) "$parts/named"
    [ "$format" -lt 4 ] || { { echo reply; cat "$file"; } >"$parts/pathed"; mv "$parts/pathed" "$parts/$(basename "$file")"
        for way in 0 1 2; do seed data $((format - 4 + 9 * way)) "$parts/$(basename "$file")"; done; }
done
for file in "$parts"/rules-* tests/cli/*.in/*.toml; do
    for way in 0 1 4; do seed rules "$way" "$file"; done
    seed wire 0 "$file"
done

# One template or expression each, alone and before a text.
grep -oE '^ +"[^"]+",$|match = \["[^"]+"' rules.toml | sed -E 's/^[^"]*"//; s/",?$//' | awk 'NR % 15 == 0' |
    split -l 1 --additional-suffix=.txt - "$parts/template-"
grep -oE "^ +'[^']+',\$|regex = \['[^']+'" rules.toml | sed -E "s/^[^']*'//; s/',?\$//" |
    split -l 1 --additional-suffix=.txt - "$parts/expression-"
for file in "$parts"/template-*; do
    seed rules 2 "$file"
    cat examples/replies/charger.txt >>"$file"
    seed check 32 "$file"
done
for file in "$parts"/expression-*; do
    seed rules 3 "$file"
    cat examples/replies/charger.txt >>"$file"
    seed check 64 "$file"
done
for file in examples/replies/*.txt; do
    { printf 'I am furious! Where is my order 448812, and can I get a refund? It broke twice.\n\nAna\n\n\n'; cat "$file"; } >"$parts/answer.txt"
    cp "$parts/answer.txt" "$parts/answer-$(basename "$file")"
    seed check 96 "$parts/answer-$(basename "$file")"
done

echo '{"date":"2026-01-02","inputs":["macros"],"rules":"0","replies":1,"words":2,"error":0,"warning":1,"info":2,"clean":0,"score":61.5}' >"$parts/run"
seed wire 1 "$parts/run"
printf '{"findings":[{"path":"a.md","rule":"vague.a","fingerprint":"00ab","count":2}],"findings_below":"ff"}\n\n{"type":"finding","path":"a.md","rule":"vague.a","fingerprint":"00ab"}' >"$parts/reports"
seed wire 2 "$parts/reports"
printf 'version = 1\nfindings = [\n  { path = "a.md", rule = "vague.a", fingerprint = "00112233445566aa", count = 2 },\n]\n' >"$parts/baseline"
seed wire 0 "$parts/baseline"
