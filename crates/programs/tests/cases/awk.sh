### awk: fields
printf 'alice 30 kim\nbob 25 lee\n\n' | awk '{ print $2, $1; n++ } END { print n, NR, NF }'
### awk: separators
printf 'a:b:c\n' | awk -F: '{ print $2 } { $2 = "X"; print; OFS="-"; $1=$1; print }'
printf 'a\tb c\n' | awk -F'\t' '{ print $2 }'
printf 'a1b22c\n' | awk -F'[0-9]+' '{ print $1 $2 $3, NF }'
printf 'a|b|c\n' | awk -F'|' '{ print $3 }'
echo 'atbtc' | awk -Ft '{ print $1, NF }'
echo ' lead  in ' | awk '{ print NF, "[" $1 "]" }'
### awk: begin end only
awk 'BEGIN { print "x" }'; awk 'END { print NR }' < script
### awk: patterns
seq 10 | awk 'NR==2, NR==4'
seq 10 | awk '$1 > 8'
seq 10 | awk '/1/ && !/0/ { print "m" $0 }'
seq 3 | awk 'NR == 2 { next } { print }'
printf 'a\nb\na\n' | awk '!seen[$0]++'
### awk: range that ends where it begins
seq 5 | awk '/2/,/2/; /4/,0'
### awk: numbers
awk 'BEGIN { print 1/3, 100000 * 100000, 2^31, 1e6, 0.1 + 0.2, -7 % 3, 2^0.5, 1e300*1e300, 3.0, 1e-7 }'
awk 'BEGIN { print 1==1.0, "a"<"b", "10"<"9", 10<9, "abc" < 1, 2 " " 3 }'
awk 'BEGIN { x; if (x == 0 && x == "") print "both"; print length(x), x+0 }'
awk 'BEGIN { print "3x" + 1, "0x1A" + 0, ".5." + 0, "+4" + 0, "1e2x" + 0 }'
### awk: input that looks like numbers
echo '10 9 abc 1e1' | awk '{ print ($1 > $2), ($1 == $4), ($3 > $1), ($1 "" > $2 "") }'
### awk: precedence
awk 'BEGIN { print -2^2, 2^3^2, !0 + 1, 1 - 1 - 1, 2 * 3 % 4, 1 " " 2 + 3, 1 < 2 ? "y" : "n" }'
awk 'BEGIN { a = b = 3; a += b *= 2; print a, b; print a++ + ++a, a--, a; print -a, +"3" }'
### awk: printf
awk 'BEGIN { printf "%d|%5d|%-5d|%05d|%+d|%x|%X|%o|%c|%c|%5.2f|%e|%g|%G|%s|%10s|%-10s|%.2s|%%\n", 3.9, 42, 42, 42, 42, 255, 255, 8, 65, "hello", 3.14159, 31415.9, 1e-5, 1e10, "s", "right", "left", "trunc" }'
awk 'BEGIN { printf "%*d|%-*s|%.*f\n", 5, 42, 6, "ab", 2, 3.14159 }'
awk 'BEGIN { printf("%s %s\n", "a", "b") ; printf "no newline" }'
awk 'BEGIN { printf "%i %5.1f%% %#x %#o % d\n", -3.7, 45.678, 255, 8, 5 }'
### awk: printf lacks values
awk 'BEGIN { printf "%s %s\n", "a" }'
### awk: printf with a conversion that is none
awk 'BEGIN { printf "%z\n", "a" }'
### awk: strings
awk 'BEGIN { s = "hello"; print length(s), substr(s, 2, 3), index(s, "l"), toupper(s), tolower("ABC") }'
awk 'BEGIN { print substr("hello", 0, 2) "|" substr("hello", -1) "|" substr("hello", 2, 100) "|" substr("hello", 4) "|" substr("hello", 2, -1) "|" }'
awk 'BEGIN { print length("한글"), substr("한글", 1, 3), index("한글", "글") }'
awk 'BEGIN { print length, length() }'
### awk: sub and gsub
echo 'aaa bbb' | awk '{ n = gsub(/a/, "x"); print n, $0; sub("b", "[&]"); print; gsub(/b/, "\\&"); print }'
echo 'hello' | awk '{ gsub(/l*/, "-"); print }'
echo 'a.b.c' | awk '{ gsub(/\./, "/"); print; x = $0; gsub("/", ".", x); print x, $0 }'
echo 'one two' | awk '{ sub(/o/, "0", $2); print; print $2 }'
### awk: match
awk 'BEGIN { print match("foobar", /o+/), RSTART, RLENGTH; print match("x", /y/), RSTART, RLENGTH }'
echo 'ip=10.0.0.1 x' | awk 'match($0, /[0-9]+\.[0-9]+/) { print substr($0, RSTART, RLENGTH) }'
### awk: split
awk 'BEGIN { n = split("a:b:c", p, ":"); print n, p[1], p[3]; n = split("  x y ", q); print n, q[1]; print split("", r); n = split("abc", s, ""); print n, s[2]; print split("a1b2c", t, /[0-9]/), t[3] }'
### awk: arrays
awk 'BEGIN { a["x"] = 1; a["y"]; if ("y" in a) print "in"; delete a["x"]; print length(a); a[1,2] = 3; for (k in a) { split(k, p, SUBSEP); if (p[2]) print p[1], p[2] }; if ((1,2) in a) print "pair"; delete a; print length(a) }'
printf 'b 1\na 2\nb 3\n' | awk '{ sum[$1] += $2; n[$1]++ } END { for (k in sum) print k, sum[k], n[k] }'
### awk: order of keys
awk 'BEGIN { for (i = 0; i < 15; i++) b[i]; for (k in b) printf "%s ", k; print "" }'
awk 'BEGIN { a["z"]; a[10]; a[9]; a["b"]; a["nginx"]; a["web-1"]; for (k in a) print k }'
### awk: loops
awk 'BEGIN { while (i < 3) { i++; if (i == 2) continue; print i } do { print "do" i; i-- } while (i > 1); for (;;) { if (++j > 2) break }; print j }'
awk 'BEGIN { for (i = 0; i < 3; i++) for (j = 0; j < 3; j++) { if (j == 1) break; print i, j } }'
### awk: if else
awk 'BEGIN { if (1) print "a"; else print "b"
if (0)
  print "c"
else if (1)
  print "d"
else
  print "e"
if (0) ; else print "f" }'
### awk: functions
awk 'function fact(n) { return n <= 1 ? 1 : n * fact(n - 1) }
function fill(a, n,   i) { for (i = 1; i <= n; i++) a[i] = i * i }
function noreturn() { }
BEGIN { print fact(10); fill(sq, 3); print sq[3], length(sq); x = noreturn(); print "[" x "]" }'
### awk: functions and scope
awk 'function f(x) { x = 5; y = 6 } BEGIN { x = 1; f(x); print x, y }
function g(arr, key) { arr[key]++; return arr[key] } BEGIN { print g(cnt, "a") g(cnt, "a"), cnt["a"] }'
### awk: getline
printf '1\n2\n3\n4\n' > data
awk 'BEGIN { while ((getline line < "data") > 0) s += line; print s; close("data"); getline < "data"; print $0; print (getline x < "nofile") }'
printf 'a\nb\nc\n' | awk 'NR == 1 { getline; print "got " $0, NR; getline v; print v, NR, $0 }'
awk 'BEGIN { "echo hi there" | getline; print $2; "echo one; echo two" | getline a; "echo one; echo two" | getline b; print a, b }'
awk 'BEGIN { while (("seq 3" | getline n) > 0) t += n; print t }'
### awk: output
awk 'BEGIN { print "one" > "out"; print "two" > "out"; close("out"); print "three" >> "out"; print "err" > "/dev/stderr"; print "b" | "sort"; print "a" | "sort"; close("sort"); print "last" | "cat 1>&2" }'
### awk: system and exit
awk 'BEGIN { print "before"; r = system("echo sys; exit 3"); print r; exit 4 } END { print "end" }'
seq 5 | awk '{ print } NR == 2 { exit } END { print "e" NR }'
echo $?
### awk: NF
echo 'a b c' | awk '{ NF = 2; print; $5 = "e"; print; print NF; $0 = "x y"; print NF, $2; print $NF, $(NF-1) }' 
### awk: variables
echo 'x' | awk -v n=5 -v 's=a\tb' '{ print n + 1, s, v }' v=7 -
awk 'BEGIN { print ARGC, ARGV[1], ARGV[2] }' one two=2
printf 'l\n' > f1; printf 'm\n' > f2
awk '{ print FILENAME, FNR, NR, k }' k=1 f1 k=2 f2
X=env awk 'BEGIN { print ENVIRON["X"] }'
### awk: record separators
printf 'a b\nc\n\n\nd e\n' | awk 'BEGIN { RS = "" } { print NR ": " $1 "-" $NF, NF }'
printf 'a;b;c' | awk 'BEGIN { RS = ";" } { print NR, $0 }'
printf 'a\nb\n' | awk 'BEGIN { ORS = "|" } { print } END { printf "\n" }'
printf 'a12b3c' | awk 'BEGIN { RS = "[0-9]+" } { print }'
### awk: regular expressions
printf 'foo\nfo.o\nbar\nb+r\n' | awk '/^f/; /o\.o/; $0 ~ "b.r"; /b\+r/; /(foo|bar)$/ { print "alt" }'
echo 'aab a{2}b' | awk '{ print match($0, /a{2}b/), RLENGTH }'
echo 'a/b' | awk '/a\/b/ { print "slash" } $0 ~ /[[:alpha:]]\/[b-z]/ { print "class" }'
awk 'BEGIN { if ("a]b" ~ /[]]/) print "bracket"; if ("x" ~ "^[^a-c]$") print "neg"; if ("tab\t" ~ /\t/) print "tab" }'
### awk: convfmt and ofmt
awk 'BEGIN { OFMT = "%.2f"; print 3.14159, 3; CONVFMT = "%d"; a = 3.9; b = a ""; print b }'
### awk: comments, continuations, semicolons
awk 'BEGIN { # comment
  x = 1 + \
    2; print x ;; print "a" ; }
# trailing
'
### awk: newlines in lists
awk 'BEGIN { print 1,
  2; if (1 &&
  1) print "ok"; a["x"] = 1
  for (k in a)
    print k }'
### awk: print with parentheses
awk 'BEGIN { print("a", "b"); print ("a") ("b"); print (1 > 2) ? "t" : "f"; print(1)(2) }'
### awk: concatenation and comparison
awk 'BEGIN { print 1 " " -1; x = "A"; print x == "A" ? "eq" : "ne", 1 + 2 "3" }'
### awk: error: syntax
awk 'BEGIN { print "a" > }'
### awk: error: missing brace
awk '{ print $1'
### awk: error: missing parenthesis
awk 'BEGIN { print length(1 }'
### awk: error: unknown function
awk 'BEGIN { f(1) }'
### awk: error: regular expression
awk '/(/'
### awk: error: dynamic regular expression
awk 'BEGIN { x = "("; if ("a" ~ x) print }'
### awk: error: no such file
echo x > f; awk '{ print }' f nofile f
### awk: error: no such program file
awk -f nofile
### awk: error: option
awk -z 1
### awk: error: runaway string
awk 'BEGIN { print "abc }'
### awk: error: return outside
awk 'BEGIN { return 1 }'
### awk: error: next in BEGIN
awk 'BEGIN { next }'
### awk: error: output
awk 'BEGIN { print > "/nonexistent/x" }'
### awk: program file
cat > p.awk <<'X'
#!/usr/bin/awk -f
function max(a, b) { return a > b ? a : b }
{ m = max(m, $1) }
END { print "max", m }
X
seq 7 | awk -f p.awk
### awk: learner: pods
cat > pods <<'X'
NAME       READY   STATUS             RESTARTS   AGE
web-1      1/1     Running            0          5m
web-2      0/1     CrashLoopBackOff   7          5m
db-0       1/1     Running            1          1h
X
awk 'NR>1 && $3!="Running"{print $1}' pods
awk 'NR>1{c[$3]++} END{for(s in c) printf "%-20s %d\n", s, c[s]}' pods
awk '$2 ~ /^1/ {print $1 " is ready"}' pods
awk 'NR>1 {split($2,r,"/"); sum+=r[1]; tot+=r[2]} END {printf "%d/%d (%.1f%%)\n", sum, tot, sum*100/tot}' pods
awk '{print $NF}' pods | tail -n +2 | sort | uniq -c
### awk: uninitialised and delete in loop
awk 'BEGIN { for (i = 1; i <= 3; i++) a[i] = i; for (k in a) delete a[k]; print length(a) }'
### awk: regex as value
echo 'abc' | awk '{ x = /b/; y = !/z/; print x, y, /a/ + /c/ }'
### awk: getline from a command with concatenation
awk 'BEGIN { d = "a"; "echo " d "true" | getline r; print r }'
### awk: increments of fields and elements
echo '1 2 3' | awk '{ $2++; $3 += 5; a["x"]--; print; print a["x"], $1--, $1 }'
### awk: ternary chains
awk 'BEGIN { for (i = 1; i < 4; i++) print i == 1 ? "one" : i == 2 ? "two" : "many" }'
### awk: in operator
awk 'BEGIN { a["k"]; print ("k" in a), ("z" in a), !("z" in a); if (!("q" in a)) print "no q" }'
### awk: big file through a pipe
seq 20000 | awk '{ s += $1 } END { print s; printf "%d\n", s }'
### awk: closing pipe early
seq 100000 | awk '{ print }' | head -n 2
### awk: substr at the edges
awk 'BEGIN{for(s=-2;s<=2;s+=0.5)for(l=-1;l<=4;l++)printf "%s,%s=[%s] ",s,l,substr("hello",s,l);print "" }'
### awk: lines of errors
awk 'BEGIN{
f(1)

}

'
awk '{
print $1
'
awk '{
print )
}
'
### awk: characters and signs
awk 'BEGIN { print -0, int("3abc"), int(-3.7); print 07+1; printf "%c%c", 256+65, "x"; print ""; print length("a" "b"); print substr(12345,2,3); print 1e5 "", 123456789 "", 0.1 "" }'
