# news.sh -- a small corpus for the scripts here: write_news FILE writes eight documents as JSON lines.
# What the scripts expect: "summit" is in 001, 002 and 005; "minsk" in 001 and 002; the phrase
# "collective security" in 003 and 004 (in 005 the words stand apart); 007 has no date; the sources are
# northwire (001 002 005 007), courier (003 004 006) and none (008).

write_news()
{
    cat >"$1" <<'END'
{"id": "001", "title": "Summit opens in Minsk", "date": "2022-02-09", "source": "northwire", "url": "https://news.example/001", "body": "The summit in Minsk opened with a minute of silence. Ministers of six countries met until noon."}
{"id": "002", "title": "After the summit", "date": "2022-02-11", "source": "northwire", "body": "What the summit in Minsk decided will be published in spring."}
{"id": "003", "title": "Treaty signed", "date": "2020-05-26", "source": "courier", "body": "The treaty on collective security was signed by all parties."}
{"id": "004", "title": "Collective security", "date": "2020-06-30", "source": "courier", "body": "A year after the treaty, collective security is still a promise."}
{"id": "005", "title": "Harbour summit", "date": "2021-11-30", "source": "northwire", "body": "Dockers want security of work and a collective agreement; their summit ends today."}
{"id": "006", "title": "Rain", "date": "1987-03", "source": "courier", "body": "It rained for forty days. The harbour stood under water."}
{"id": "007", "title": "An undated note", "source": "northwire", "body": "Nobody knows when the lighthouse was built."}
{"id": "008", "title": "Old & <new>", "date": "1912", "body": "A \"quoted\" word, a comma, and a tab\there."}
END
}

# An index of it in news.lede, with the source as keyword field.
make_index()
{
    write_news news.jsonl
    run "$LEDE" index --quiet news.lede news.jsonl --keyword source
    expect_ok
}

# The output is JSON, as far as there is a program to tell.
expect_json()
{
    if command -v python3 >/dev/null; then
        python3 -m json.tool <out >/dev/null 2>json.err || fail "no JSON: $(cat json.err)"
    fi
}

# Each line of it is.
expect_json_lines()
{
    if command -v python3 >/dev/null; then
        python3 -c 'import json, sys
for line in sys.stdin: json.loads(line)' <out 2>json.err || fail "no JSON lines: $(tail -1 json.err)"
    fi
}

# expect_json_value PATH VALUE: hits.0.id is "001".
expect_json_value()
{
    if command -v python3 >/dev/null; then
        found=$(python3 -c 'import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1].split("."):
    value = value[int(key)] if isinstance(value, list) else value[key]
print(json.dumps(value))' "$1" <out 2>&1 | tail -1)
        expect_equal "$found" "$2" "$1"
    fi
}
