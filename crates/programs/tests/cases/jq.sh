### jq: paths
echo '{"a":{"b":[1,2,{"c":"x"}]},"d":null}' > f.json
jq . f.json; jq -c . f.json; jq '.a.b[2].c' f.json; jq -r '.a.b[2].c' f.json; jq '.nope, .a.nope?, .d' f.json
jq -c '.a.b[], .a["b"][1:], .a.b[-1], keys, (.a|keys)' f.json
### jq: objects and arrays
echo '[{"n":"a","v":1},{"n":"b","v":2}]' > l.json
jq -c '.[] | {n, w: .v}, map(.v)' l.json 2>/dev/null | head -n 1
jq -c 'map({(.n): .v}) | add, length' l.json
jq -r '.[] | "\(.n)=\(.v)"' l.json
jq 'map(.v) | add / length' l.json
jq -c 'sort_by(-.v), group_by(.v > 1), max_by(.v), min_by(.v), unique_by(.n), (map(.v) | min, max)' l.json
### jq: options
echo '{"b":1,"a":[1,{"c":2}]}' > f.json
jq -S . f.json; jq --tab . f.json; jq --indent 1 . f.json; jq -cS . f.json; jq -n '1 + 1'; jq -j '.b, .a[0]' f.json; echo
jq -s . f.json f.json | head -n 3; printf 'x\ny\n' | jq -R .; printf 'x\ny\n' | jq -Rs .; printf '1 2\n3' | jq -s -c .
jq -e '.nope' f.json; echo $?; jq -e '.b' f.json; echo $?; jq -e 'empty' f.json; echo $?
### jq: arguments
jq -n --arg x 1 --argjson y '{"k":[2]}' -c '[$x, $y, $ARGS.named]'
jq -n -c '$ARGS.positional' --args a b; jq -nr --arg n web '"pod/\($n)"'
X=env jq -n 'env.X, $ENV.X'
echo '[1]' > s; jq -n -c --slurpfile s s '$s' ; echo '.a' > prog; echo '{"a":5}' | jq -f prog
### jq: functions
jq -n -c '[1,[2,[3]]] | flatten, flatten(1), tostring, (.[0] | tostring), type'
jq -n -c '{"a":1,"b":2} | to_entries, with_entries(.value += 1), has("a"), (keys | join(",")), del(.a), length'
jq -n -c '[3,1,2] | sort, reverse, index(1), contains([1]), (.[1:] | length), any(. > 2), all(. > 0), first, last, add, (.[2] // "d")'
jq -n -c '"a,b" | split(","), ascii_upcase, test("A"; "i"), ltrimstr("a"), startswith("a"), (. * 2), length, explode, sub(",";"-"), [scan("[a-z]")]'
jq -n -c '[range(3)], [range(0;10;4)], [limit(2; range(9))], first(range(5;9)), ([1,2] | combinations? // "c"), [paths]'
jq -n -c '"2015-03-05T23:51:47Z" | fromdate, (fromdate | todate), (strptime("%Y-%m-%dT%H:%M:%SZ") | mktime)'
jq -n -c '[1,2] as [$a, $b] | {$a, b: $b}, (if $a > 1 then "x" elif $a == 1 then "y" else "z" end), ([1,2,3] | reduce .[] as $x (0; . + $x)), [foreach (1,2) as $x (0; . + $x)]'
jq -n -c 'def f(x): x * 2; f(4), ([.[]?]), (try error("bad") catch .), ("abc" | capture("(?<x>b)")), ([1,null] | map(values)), ({"a":{}} | .a.b = 1), ({"a":[1]} | .a += [2]), ([1,2] | .[0] |= . + 1)'
jq -n -r '@base64 "x\("hi")", ("aGk=" | @base64d), ([1,"a b",null] | @csv, @tsv), ("a b&c" | @uri), ("<&>" | @html), ("it'"'"'s" | @sh), ([1,2] | @json)'
jq -n -c '{"a":[1,{"b":2}]} | [paths], [leaf_paths], getpath(["a",1,"b"]), ([..] | length), tostream' 2>&1 | head -n 6
jq -n -c '[1,2,3] | IN(2), (.[] | select(IN(2,3))), (map(tostring) | join("-")), (tojson | fromjson), ([.[] | tostring | tonumber]), (.[1:] + [9]), . - [2], (. | @text)'
jq -n -c '"x" | ascii_downcase, ([.,.] | unique), ({"a":.} | .a | length), ("1 2" | splits(" ")), ("aXbX" | gsub("X";"-")), ("ab" | ltrimstr("a")), ("test" | .[1:3]), (null | length), ([] | add), infinite > 1, (1 | isnan | not)'
jq -n -c '[{"a":1},{"a":2}] | map(.a) , (.[0] * {"b":{"c":1}}), (INDEX(.a) | keys), (walk(if type == "number" then . + 1 else . end)), (map(has("a")) | all), (to_entries | map(.key)), ([.[] | .a] | @json)'
### jq: numbers
jq -n -c '1.5, 1e3, 3.0 * 2, 10 / 4, 10 % 4, 1 / 3, 0.1 + 0.2, (5 | sqrt | floor), pow(2;10), (1.7 | round, ceil, floor), -1, 1e-5'
### jq: errors while running
echo '{"a":5}' | jq '.a.b'
echo $?
echo '[1]' | jq '.a'
echo '"x"' | jq '.[0]'
echo 'null' | jq -c '.[]?'
echo '5' | jq '.[]'
jq -n '1 + "a"'; jq -n '{} - 1'; jq -n '"a" * {}'; jq -n 'error("boom")'; jq -n 'error({"a":1})';
echo $?
jq -n '{a:1} | error' ; jq -n '"x" | halt_error' ; echo $?
### jq: errors in the input
# jq 1.7 says `jq: ` in front, 1.6 does not.
{
echo 'NAME READY' | jq .
echo '{"a":1} x{' | jq -c .
echo '{"a":1' | jq .
printf '[1,2\n,]' | jq .
echo '{a:1}' | jq .
echo '"abc' | jq .
echo '[1 2]' | jq .
printf '1\n2\nx y\n' | jq .
echo '}' | jq .; echo '{"a" 1}' | jq .; echo '[1}' | jq .; echo 'tru' | jq .; echo '{"a":}' | jq .; echo ',' | jq .
} 2>&1 >/dev/null | sed 's/^jq: //'
### jq: no such file
echo 1 > f; { jq . nofile f; echo $?; } 2>&1 | sed 's/open file/open/'
### jq: undefined function
echo '{}' | jq 'foo'
echo $?
### jq: several inputs
printf '{"a":1}\n{"a":2}\n' | jq -c '.a'; printf '1 2 3' | jq -n '[inputs]' -c; printf '1 2 3 4' | jq -c '[., input]'
### jq: debug
jq -n '1 | debug | . + 1'
### jq: empty input
printf '' | jq .; echo $?; printf '\n' | jq . ; echo $?
### jq: ascii and unicode
echo '"한글 \u00e9 \t"' | jq . ; echo '"한글"' | jq -a .; echo '"a\u0001"' | jq . ; echo '{"k":"v\"q"}' | jq -r .k
### jq: kubernetes
cat > pods.json <<'X'
{"items":[{"metadata":{"name":"web-1","labels":{"app":"web"}},"status":{"phase":"Running","podIP":"10.0.0.1"}},{"metadata":{"name":"db-0"},"status":{"phase":"Pending"}}]}
X
jq -r '.items[] | select(.status.phase=="Running") | .metadata.name' pods.json
jq -r '.items[] | [.metadata.name, .status.podIP // "-"] | @tsv' pods.json
jq '.items | length' pods.json
jq -r '.items[].metadata.labels.app' pods.json
jq '[.items[] | {name: .metadata.name, phase: .status.phase}]' pods.json
jq -c '.items | group_by(.status.phase) | map({(.[0].status.phase): length}) | add' pods.json
jq -r '.items[].metadata | .name + ":" + (.labels.app // "none")' pods.json
jq -c '.items[] | .metadata.labels | to_entries? | .[]?' pods.json
