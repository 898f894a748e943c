### return trap in a function
f() { trap 'echo returned $?' RETURN; echo in f; return 3; }; f; echo $?; g() { echo g; }; g; trap - RETURN; f2() { echo f2; }; f2
### return trap is not inherited
trap 'echo R' RETURN; f() { echo f; }; f; declare -ft f; f; set -T; g() { echo g; }; g; echo 'echo s' > s; . ./s
### noexec on the same line
set -n; echo still on this line
echo never
### noexec from a later line
echo one
set -n
echo two
if
### noexec [c]
set -n; echo a
### getopts with a local OPTIND
f() { local OPTIND o; while getopts ab: o; do echo "f:$o:$OPTARG"; done; shift $((OPTIND-1)); echo "rest $*"; }; f -a -b x y; f -b z -a w; while getopts xy: o; do echo "top:$o"; [ $o = x ] && f -a q; done
### getopts with a local OPTIND from the script
set -- -x -y 1 rest; g() { local OPTIND=1; getopts a: o; echo "$o $OPTARG $OPTIND"; }; getopts xy: o; echo $o $OPTIND; g -a v; echo $OPTIND; getopts xy: o; echo $o $OPTARG $OPTIND
### globignore
touch a.txt b.txt c.md .hid; GLOBIGNORE='*.md'; echo *; GLOBIGNORE='a*:b*'; echo *; unset GLOBIGNORE; echo *; GLOBIGNORE=nothing; echo *; GLOBIGNORE='*'; echo *
### exit with two arguments
exit 1 2; echo still $?
### exit with two arguments in a function
f() { exit 1 2; echo in f $?; }; f; echo $?; exit 4
### mapfile with a callback
cb() { echo "cb $1 [${2%$'\n'}]"; }; printf '%s\n' a b c d e | { mapfile -C cb -c 2 arr; echo "${#arr[@]}"; }; mapfile -t -C 'echo called' -c 1 x <<< $'p\nq'; echo "${x[@]}"
### mapfile options
printf 'a,b,c' > f; mapfile -d , -t x < f; declare -p x; mapfile -d , y < f; declare -p y; mapfile -t -s 1 -n 2 z < <(seq 5); declare -p z; mapfile -t -O 3 z < <(seq 2); declare -p z; mapfile -t -u 3 w 3< f; declare -p w; readarray -t r < <(printf 'l1\nl2'); echo ${#r[@]}
### mapfile errors
mapfile -n x a; echo $?; mapfile -O -1 a <<< x; echo $?; mapfile 1a <<< x; echo $?; mapfile -u 9 a; echo $?; mapfile -Z; echo $?
### programs: wc and tr
printf 'one two\nthree\n' | wc -l; printf abc | wc -c; echo hello | tr a-z A-Z; n=$(wc -l < <(seq 4)); echo "[$n]"; echo a b c | tr ' ' '\n' | sort -r | tr '\n' ' '; echo
### programs: pipeline statuses
ls nope; echo $?; ls nope 2>/dev/null | cat; echo "${PIPESTATUS[@]}"; grep -q x <<< y; echo $?; cat nope | wc -l; echo "${PIPESTATUS[*]}"
### programs: while with sort and uniq
printf '%s\n' b a b c a b | sort | uniq -c | sort -rn | while read n w; do echo "$w=$n"; done
### programs: sed and awk in substitutions
v=$(echo "name: web" | sed 's/name: //'); echo "<$v>"; for f in $(seq 3 | awk '{print $1*2}'); do echo -n "$f,"; done; echo; echo "a:b" | cut -d: -f2 | xargs -I{} echo "got {}"
### programs: comm of process substitutions
comm -12 <(printf 'a\nb\nc\n') <(printf 'b\nc\nd\n'); diff <(echo a) <(echo b); echo $?; paste <(seq 3) <(seq 4 6); cat <(echo 1) - <(echo 3) <<< 2
### programs: tee and process substitution
echo data | tee >(tr a-z A-Z > up) > low; sleep 0.2; cat up low
### programs: xargs and find
mkdir -p d/e; touch d/a.txt d/e/b.txt d/c.md; find d -name '*.txt' | sort | xargs -n 1 basename; find d -type f -print0 | sort -z | xargs -0 ls; for f in $(find d -name '*.md'); do echo "md $f"; done
### programs: here document to awk
awk -F: '{ s += $2 } END { print s }' <<EOF
a:1
b:2
$(echo c:3)
EOF
### programs: env and export
export A=1; B=2; env | grep -E '^(A|B)='; env -i X=1 bash -c 'echo "$X[$A]"'; A=5 env | grep ^A=; env A=9 sh -c 'echo $A'
### programs: head closes the pipe
yes | head -n 2; echo "${PIPESTATUS[@]}"; seq 100000 | head -n 1; set -o pipefail; seq 100000 | head -n 1 > /dev/null; echo $?
### arrays: negative indices and slices
a=(a b c d e); echo "${a[-2]}" "${a[@]: -3:2}" "${a[@]:4}" "${a[@]:9}" "${#a[-1]}"; a[-1]=z; echo "${a[*]}"; unset 'a[-1]'; echo "${#a[@]}"
### arrays: copy and append
a=(1 "2 3"); b=("${a[@]}" 4); a+=(x); echo "${#a[@]} ${#b[@]}"; a[0]+=9; echo "${a[0]}"; c=(); c+=("$(echo q r)"); echo "${#c[@]}"
### arrays: keys with holes
a=([5]=five [1]=one seq [9]=nine); for k in "${!a[@]}"; do echo "$k=${a[$k]}"; done; a=("${a[@]}"); echo "${!a[@]}"
### arrays: of assignments in a loop
for i in {1..4}; do sq[i]=$((i*i)); done; echo "${sq[@]}" "${sq[2+1]}" "${sq[$((1+1))]}"; declare -p sq
### arrays: join and split
IFS=, read -ra parts <<< 'a,b,,d'; echo "${#parts[@]} [${parts[2]}]"; joined=$(IFS=-; echo "${parts[*]}"); echo "$joined"; printf '%s|' "${parts[@]}"; echo
### arrays: in functions
f() { local -n arr=$1; local i; for i in "${!arr[@]}"; do arr[i]="<${arr[i]}>"; done; }; x=(a b); f x; echo "${x[@]}"; g() { local a=(1 2); echo ${#a[@]}; }; a=(9); g; echo "${a[@]}"
### arrays: operations on all
a=(apple banana cherry); echo "${a[@]#?}" "${a[@]%?}" "${a[@]//an/AN}" "${a[@]^^}" "${a[@]:0:2}" "${a[@]/%/!}" "${a[@]/#/-}"
### arrays: quoting of empties
a=("" x ""); echo "${#a[@]}"; for i in "${a[@]}"; do echo "[$i]"; done; for i in ${a[@]}; do echo "($i)"; done; b=("${a[@]}"); echo ${#b[@]}
### arrays: unset whole and declare
a=(1 2); unset a; echo "${a[@]-gone}"; declare -a e; echo "${#e[@]}"; declare -a f=(1 2); declare -p e f; readonly -a r=(1); r[0]=2; echo $?
### arrays: test -v
a=(x [3]=y); [[ -v a[0] ]] && echo 0; [[ -v a[1] ]] || echo no1; [[ -v a[3] ]] && echo 3; [[ -v a ]] && echo a; declare -a b; [[ -v b ]] || echo nob; [[ -v 'a[@]' ]] && echo all
### arrays: transform operators
a=('a b' "c'd"); echo "${a[@]@Q}"; echo "${a[@]@A}"; declare -A m=([k]='v w'); echo "${m[@]@K}"; echo "${a[@]@K}"; echo "${a[@]@k}"; x=ab; echo "${x@u}" "${x@A}" "${x@a}"; declare -r q=1; echo "${q@a}" "${a@a}"
### assoc: loops in order of keys
declare -A m=([one]=1 [two]=2 [three]=3); for k in $(printf '%s\n' "${!m[@]}" | sort); do echo "$k ${m[$k]}"; done; echo ${#m[@]}
### assoc: count words
declare -A n; for w in a b a c a b; do ((n[$w]++)); done; for w in a b c; do echo "$w:${n[$w]}"; done
### assoc: odd keys
declare -A m; m['a b']=1; m["x]"]=2; k='$(echo no)'; m[$k]=3; echo "${m['a b']}" "${m["x]"]}" "${m[$k]}" "${#m[@]}"; unset "m[a b]"; echo "${#m[@]}"
### assoc: defaults and existence
declare -A m=([a]=); echo "${m[a]-unset}" "${m[a]:-empty}" "${m[b]-unset}"; [[ -v m[a] ]] && echo has; [ -n "${m[b]+x}" ] || echo hasnt; m=(); echo ${#m[@]}
### assoc: from pairs
declare -A m=(a 1 b 2); echo "${m[a]}${m[b]}"; declare -A e=(); echo "${#e[@]}"; m+=([c]=3); echo "${m[c]}"; declare -A bad=(x); echo $? "${bad[x]-none}"
### test: regex groups
s='pod/web-7d9f-x1'; if [[ $s =~ ^([a-z]+)/([a-z]+)-([^-]+)-(.*)$ ]]; then printf '%s\n' "${BASH_REMATCH[@]}"; fi; [[ abc =~ b ]]; echo "$? ${BASH_REMATCH[0]}"; [[ abc =~ (x)?b ]]; echo "${#BASH_REMATCH[@]} [${BASH_REMATCH[1]}]"
### test: regex quoting
re='a.c'; [[ abc =~ $re ]] && echo unquoted; [[ abc =~ "$re" ]] || echo quoted; [[ a.c =~ "a.c" ]] && echo literal; [[ 'a b' =~ a\ b ]] && echo space; [[ a =~ [ ]; echo $?
### test: regex classes
[[ v1.36.0 =~ ^v[0-9]+\.[0-9]+(\.[0-9]+)?$ ]] && echo "${BASH_REMATCH[1]}"; [[ 'x y' =~ [[:space:]] ]] && echo sp; [[ aaa =~ ^a{2,3}$ ]] && echo rep; [[ $'a\nb' =~ a.b ]] && echo nl; shopt -s nocasematch; [[ ABC =~ b ]] && echo nc
### test: patterns
[[ file.txt == *.txt ]] && echo 1; [[ file.txt == *.@(md|txt) ]] && echo 2; [[ abc == a?c ]] && echo 3; [[ abc == [!x]* ]] && echo 4; p='a*'; [[ abc == $p ]] && echo 5; [[ abc == "$p" ]] || echo 6; [[ '' == '' ]] && echo 7
### test: numbers
[[ 5 -lt 10 ]] && echo 1; [[ 08 -eq 8 ]]; echo $?; [ 08 -eq 8 ] && echo 3; [[ abc -eq 0 ]] && echo 4; [[ 0x10 -eq 16 ]] && echo 5; [ 1 -lt 2 -a 2 -lt 3 ] && echo 6; [[ -1 -lt 0 ]] && echo 7
### test: syntax errors
[[ a == ]]
echo next
### test: syntax errors of operators
[[ a b ]]
### test: syntax error without end
if [[ a == b ; then echo x; fi
### test: files
echo x > f; ln -s f l; ln -s nope broken; mkdir d; for t in e f d L h s r w x; do for n in f l broken d nope; do [ -$t $n ] && echo "$t $n"; done; done
### test: files compared
touch -d 2020-01-01 old; touch -d 2021-01-01 new; [ new -nt old ] && echo nt; [[ old -ot new ]] && echo ot; ln old hard; [ old -ef hard ] && echo ef; [[ nope -ot old ]] && echo missing; [ old -nt nope ] && echo nt-missing
### test: descriptors and options
[ -t 0 ] || echo notty; [[ -t 1 ]] || echo notty1; [ -o errexit ] || echo off; [[ -R x ]] || echo noref; declare -n r=x; [[ -R r ]] && echo ref; [ -p /dev/stdin ]; [ -c /dev/null ] && echo char
### test: precedence
[[ a == b || a == a && 1 -eq 1 ]] && echo 1; [[ ! a == b && ( a == a || x == y ) ]] && echo 2; [ \( a = b -o a = a \) -a 1 = 1 ] && echo 3; [ ! -z x ] && echo 4; [ -n = ] && echo 5; [ "(" = "(" ] && echo 6
### test: errors of the builtin
[ a -eq b ]; echo $?; [ 1 -lt ]; echo $?; [ -q x ]; echo $?; test a = b c; echo $?; [ -f a b ]; echo $?; [ 1 = 1; echo $?
### case: fall through
for x in a b c d; do case $x in a) echo -n 1;& b) echo -n 2;; c) echo -n 3;;& [cd]) echo -n 4;;& *) echo -n 5;; esac; echo; done
### case: quoting and patterns
x='a*'; case 'a*' in "$x") echo exact;; esac; case ab in "$x") echo no;; $x) echo glob;; esac; case '[x]' in \[x\]) echo brackets;; esac; case 'a|b' in 'a|b') echo bar;; esac; case $'a\nb' in *$'\n'*) echo nl;; esac
### case: within substitutions
y=$(case x in x) echo in;; esac); echo $y; z=$(case a in (a) echo paren ;; esac); echo $z; case $(echo q) in q) echo sub;; esac
### case: status and empties
case x in x) ;; esac; echo $?; case x in y) false;; esac; echo $?; case x in x) false;; esac; echo $?; case "$unset" in '') echo empty;; esac; case x in esac; echo $?
### read: prompt, default and delimiters
read -p 'ask: ' x <<< answer; echo $x; read -d '' y <<< $'a\nb'; echo "$? [$y]"; read -n 2 -r z <<< 'abc'; echo $z; read -N 5 w <<< $'a\nbcdef'; echo "[$w]"; read -s v <<< hidden; echo $v
### read: into nothing and REPLY
read <<< '  keep  '; echo "[$REPLY]"; read -r x y z <<< 'only two'; echo "[$z]"; read a b <<< ''; echo "$? [$a][$b]"; read x < /dev/null || echo eof
### read: backslashes
read a <<< 'x\ y z'; echo "[$a]"; read a b <<< 'x\ y z'; echo "[$a][$b]"; read -r a b <<< 'x\ y z'; echo "[$a][$b]"; printf 'one\\\ntwo\n' | { read l; echo "$l"; }; printf 'one\\\ntwo\n' | { read -r l; echo "$l"; }
### read: loops and descriptors
printf '%s\n' a b c > f; while read -r l <&3; do echo "3:$l"; done 3< f; exec 5< f; read -u 5 x; read -u 5 y; echo $x$y; exec 5<&-; i=0; while IFS= read -r l; do ((i++)); done < f; echo $i
### read: last line without newline
printf 'a\nb' > f; while read l; do echo "$l"; done < f; echo "left [$l]"; while read l || [[ $l ]]; do echo "$l"; done < f
### read: timeouts
read -t 0.1 x < <(sleep 1; echo late); echo "$? [$x]" | sed 's/14[0-9]/14x/'; read -t 1 y <<< fast; echo "$y"; read -t x z; echo $?; read -t 0 <<< data; echo $?
### read: IFS of several characters
IFS=': ' read a b c <<< 'x : y:z'; echo "[$a][$b][$c]"; IFS=',;' read a b c <<< 'x,y;z,w'; echo "[$a][$b][$c]"; IFS= read a b <<< ' x y '; echo "[$a][$b]"; IFS=$'\t' read a b <<< $'p q\tr'; echo "[$a][$b]"
### read: array options
read -a a -d : <<< 'x y:z'; echo "${#a[@]} ${a[1]}"; read -ra b <<< 'a\b c'; printf '<%s>' "${b[@]}"; echo; declare -A m; read -a m <<< 'x'; echo $?
### printf: formats of numbers
printf '[%5d][%-5d][%05d][%+d][% d]\n' 42 42 42 42 42; printf '%x %X %o %#x %#o\n' 255 255 8 255 8; printf '%.3d|%8.3f|%-8.2e|%g|%G\n' 7 3.14159 31415.9 0.00001 1e10; printf '%u\n' -1; printf '%ld %i\n' 5 6
### printf: formats of text
printf '[%s][%10s][%-10s][%.2s][%c]\n' abc abc abc abc abc; printf '%s %s\n' a b c; printf '%b|%s\n' 'a\nb' 'a\nb'; printf '%q\n' "it's" 'a b' '$x' "new
line"; printf '%5s%%\n' 50; printf -- '-x\n'; printf '%s\n' -n
### printf: recycling and missing
printf '%s-%d\n' a 1 b; printf '%s\n'; printf 'no args %s|%d\n'; printf '%%d\n' 1 2; printf 'plain\n' extra args
### printf: dates
TZ=UTC printf '%(%Y-%m-%d %H:%M)T\n' 86400; printf '%(%s)T\n' 12345; printf -v d '%(%F)T' 0; echo $d
### printf: into variables
printf -v x '%s,' a b c; echo "$x"; printf -v a[2] '%02d' 5; echo "${a[2]}"; printf -v 1x y; echo $?; declare -A m; printf -v 'm[k]' v; echo ${m[k]}
### printf: escapes
printf 'a\tb\\n\n'; printf '\101\x42\u43\n'; printf '%b' '\0101\n'; printf 'stop\c here\n'; echo; printf '\e[0m\a\n' | od -c | head -1; printf '%b\n' 'x\cy' z
### trap: several signals
trap 'echo got $?' INT TERM HUP; kill -TERM $$; kill -HUP $$; trap - TERM; trap; (trap; echo sub)
### trap: exit codes
(trap 'echo cleanup; exit 5' EXIT; exit 2); echo $?; (trap 'exit 7' TERM; kill $BASHPID; echo no); echo $?; bash -c 'trap "echo bye" EXIT; kill -TERM $$'; echo $?
### trap: exit in functions and subshells
f() { trap 'echo f-exit' EXIT; }; f; (echo in sub); echo end
### trap: err with functions
trap 'echo "ERR line $LINENO status $?"' ERR
f() { false; echo in f; }
f
set -E
f
false || true
! true
if false; then :; fi
### trap: debug
trap 'echo "+ $BASH_COMMAND"' DEBUG; x=1; echo hi; for i in 1 2; do :; done; trap - DEBUG; echo off
### trap: pipeline and errexit
set -e; trap 'echo "failed: $?"' ERR; trap 'echo "exit: $?"' EXIT; true; false | true; echo going; (exit 3)
### trap: print and reset
trap "echo 'quoted x'" USR1; trap -p USR1; trap '' USR2; trap -p USR2; trap USR1; trap -p; trap - NOPE; echo $?; trap -l | head -1
### strict: errexit in and-or lists
set -e; true && false || echo rescued; false && true; echo survived; f() { false; echo unreached; }; f || echo f-failed; f; echo never
### strict: errexit in subshells and substitutions
set -e; a=$(false; echo not inherited); echo "[$a]"; b=$(set -e; false; echo no) || echo "b failed"; (set +e; false; echo in); echo before; c=$(exit 3); echo never
### strict: errexit with local and export
set -e; f() { local v=$(false); echo "local hides"; }; f; export X=$(false); echo "export hides"; declare y=$(false); echo dec; z=$(false); echo never
### strict: errexit in conditions
set -e; while false; do :; done; until true; do :; done; if ! true; then :; fi; [[ a == b ]] || true; ((0)) || true; for i in 1; do false || continue; done; echo ok; ((0)); echo never
### strict: inherit_errexit
shopt -s inherit_errexit; set -e; x=$(false; echo hidden) || echo caught; echo "[$x]"; y=$(false; echo hidden); echo never
### strict: nounset
set -u; echo "${x-}" "${x:-d}" "${x+set}"; a=(); echo "${a[@]}" "${#a[@]}"; echo "$*" "$@" $#; unset x; [[ -v x ]] || echo unset; echo "${a[0]}"; echo never
### strict: nounset of positionals and specials
set -u; f() { echo "$1"; }; f a; (f); echo $?; echo "$!"; echo never
### strict: nounset in arithmetic
set -u; x=1; echo $((x+1)); echo $((y+1)); echo never
### strict: nounset of indirect and length
set -u; n=nope; (echo ${#nope}); (echo ${!n}); (echo ${nope%x}); (echo ${nope[0]}); echo end
### strict: pipefail
set -o pipefail; false | true; echo $?; true | (exit 4) | (exit 3) | true; echo $?; if echo x | grep -q y; then :; else echo "no match $?"; fi; ! false | true; echo $?
### strict: all together
set -euo pipefail; IFS=$'\n\t'; names=("a b" c); for n in "${names[@]}"; do echo "<$n>"; done; count=$(printf '%s\n' "${names[@]}" | wc -l); echo $((count)); grep nothing <<< "something else" || echo none; cat nofile | sort; echo never
### here: strings
cat <<< "one $((1+1)) 'q'"; cat <<< 'no $x'; x="a  b"; cat <<< $x; cat <<< "$x"; cat <<< *; read a b <<< "x y z"; echo $b; cat <<< $'a\nb' | wc -l; tr a-z A-Z <<<word
### here: documents in pipelines and loops
cat <<A | tr a b
aaa
A
while read -r l; do echo "<$l>"; done <<EOF
one
two $((2*2))
EOF
if cat <<X; then echo ok; fi
in if
X
### here: quoted delimiters
x=v; cat <<"E"
$x \$x `echo` "q"
E
cat <<\E
$x
E
cat <<E
\$x $x "q" 'q' \\ \` $(echo sub) ${x^}
line \
joined
E
### here: tabs and nested
	cat <<-E
	one
		two
	E
cat <<A; cat <<B
a
A
b
B
f() { cat <<E
arg $1
E
}; f 1; f 2 | tr a-z A-Z
### here: in substitution
x=$(cat <<E
a
 b
E
); echo "$x"; echo "$(cat <<'E'
$lit)
E
)"; diff <(cat <<E
1
E
) <(echo 1) && echo same
### here: without end
cat <<EOF
text
### procsub: reading and writing
cat <(echo a) <(echo b); echo data > >(cat > out); sleep 0.1; cat out; while read -r l; do n=$((n+1)); done < <(seq 5); echo $n; wc -l < <(seq 7)
### procsub: arguments are paths
f() { [[ $1 == /dev/fd/* ]] && echo path; cat "$1"; }; f <(echo x); cat <(cat <(echo nested)); test -e <(true) && echo exists; echo $(cat <(echo in sub))
### replace: patterns
x=aabbaa; echo "${x/a/X}" "${x//a/X}" "${x/#a/X}" "${x/%a/X}" "${x//[ab]/.}" "${x/b*/-}" "${x//a}" "${x/z/y}"; p=/a/b/c; echo "${p//\//:}" "${p////_}"; y='a.b.c'; echo "${y//./ }" "${y//[.]/}"
### replace: with quotes and ampersands
x='a b'; echo "${x/ /"-"}" "${x/a/'q'}" "${x/a/&&}" "${x/a/\&}"; s='*'; y='a*b'; echo "${y/$s/!}" "${y/"$s"/!}" "${y/\*/star}"; shopt -u patsub_replacement; echo "${x/a/&}"
### replace: of arrays and positionals
set -- one two three; echo "${@/o/0}" "${*//e/E}" "${@#t}" "${@: -1}" "${@:2:1}"; a=(x1 x2); echo "${a[@]/x/y}" "${#a[@]}"
### case change: patterns
x='hello World'; echo "${x^}" "${x^^}" "${x,}" "${x,,}" "${x^^[aeiou]}" "${x^h}" "${x^x}" "${x~}" "${x~~}"; y=ÄÖ; echo "${y,,}"; a=(ab cd); echo "${a[@]^}" "${a[*]^^}"
### indirect: names and arrays
x=y; y=z; echo "${!x}" "${!x:-d}" "${!x^}"; a=(1 2 3); r='a[1]'; echo "${!r}"; r='a[@]'; echo "${!r}"; n=nope; echo "[${!n}]" "${!n:-none}"; pre_a=1 pre_b=2; echo "${!pre_@}" "${!pre_*}"; f() { echo "${!1}" "${!#}"; }; v=5; f v last
### indirect: errors
echo "${!nope}"; echo "st $?"; n='a b'; echo "${!n}"; echo "st $?"
### transform: quote and escape
x="it's \$5"; echo "${x@Q}"; y=$'tab\there'; echo "${y@Q}"; z='a\tb'; echo "${z@E}"; echo "${x@U}" "${x@L}" "${x@u}"; set -- a 'b c'; echo "${@@Q}"; p='\u'; echo "${unset@Q}|"; e=; echo "${e@Q}"
### transform: assignment and attributes
declare -i n=5; declare -rx c=k; a=(1); declare -A m=([x]=y); echo "${n@A}" "${c@A}" "${n@a}" "${c@a}" "${a@a}" "${m@a}"; echo "${m[@]@A}"; echo "${nope@A}|${nope@a}|"; x="a b"; echo "${x@A}"; echo "${x@Z}"
### quotes: dollar single
echo $'a\tb\n\\ \' \" \x41 \101 \u00e9 \e[m' | cat -v; echo $'\cA' | od -An -tx1; x=$'multi\nline'; echo "$x"; echo $'no\0thing'; echo "$'not'" $"loc"
### brace: sequences
echo {1..5} {5..1} {1..10..3} {a..f..2} {z..w} {01..12..4} {-3..3..3} {1..1}; echo {1..a} {a..1} {1.5..2} {1..}; echo x{1..3}y{a,b}; echo {A..C}{1..2}
### brace: lists
echo {a,b}{c,d} pre{,1,2}post {a,b}, {a} {} {,} a{b,c{d,e}f}g "{a,b}" \{a,b\} '{'a,b'}'; x=1; echo {$x,2} {a,"b c"} {a\,b,c}; mkdir -p d/{x,y/{z,w}}; find d | sort
### brace: with globs and assignments
touch f1.c f2.c f1.h; echo f{1,2}.c f*.{c,h} f{3,4}.*; x={a,b}; echo "$x" $x; set +B; echo {a,b}
### arithmetic: operators
echo $((5+3)) $((5-8)) $((4*3)) $((17/5)) $((17%5)) $((-17/5)) $((-17%5)) $((2**8)) $((2**3**2)) $((1<<5)) $((64>>2)) $((6&3)) $((6|3)) $((6^3)) $((~5)) $((!0)) $((!7))
### arithmetic: comparison and logic
echo $((1<2)) $((2<=2)) $((3>4)) $((1==1)) $((1!=1)) $((1&&0)) $((1||0)) $((1?2:3)) $((0?2:3)) $((1,2)) $((0||1&&0)) $((5>3?5>4?1:2:3))
### arithmetic: assignment
x=5; echo $((x+=3)) $((x-=1)) $((x*=2)) $((x/=4)) $((x%=2)) $((x<<=3)) $((x|=1)) $((x^=3)) $((x&=6)) $x; ((x=y=2)); echo $x$y; ((a[1]=4, a[2]=a[1]*2)); echo "${a[@]}"
### arithmetic: increments
i=5; echo $((i++)) $i $((++i)) $i $((i--)) $i $((--i)) $i; a=(1 2); ((a[0]++)); ((++a[1])); echo "${a[@]}"; echo $((- -3)) $((+ +3)) $((1 - -1)) $((i+++1)) $i
### arithmetic: bases and characters
echo $((0x1F)) $((0b1)) 2>&1 | head -1; echo $((017)) $((2#1010)) $((16#ff)) $((36#Zz)) $((64#_)) $((8#17))
### arithmetic: variables without dollars
x=3 y='x+1' z='y*2'; echo $((x*2)) $((y)) $((z)) $(($x$x)) $((${x}0)); n=; echo $((n+1)) $((undefined)); e='1 +'; echo $((e)); echo next
### arithmetic: overflow and limits
echo $((9223372036854775807)) $((9223372036854775807+1)) $((-9223372036854775808)) $((9223372036854775808)) $((1<<63)) $((1<<64)) $((-1>>1)) $((2**63)) $((2**-1))
### arithmetic: division by zero
echo $((1%0)); echo after
### arithmetic: commands and statuses
((5>3)) && echo yes; ((5<3)) || echo no; if ((x=0)); then echo t; else echo "f $x"; fi; let "a=5" b=a+1 c=b*2; echo $a $b $c; let 'a == 5'; echo $?; (( )); echo $?; ((1+)) ; echo $?
### arithmetic: for loops
for ((i=0;i<3;i++)); do echo -n "$i "; done; echo; for ((i=0,j=10;i<j;i+=3,j-=3)); do echo -n "$i-$j "; done; echo; for ((;;)); do ((++n>3)) && break; done; echo $n; for ((i=3;i;i--)) { echo -n $i; }; echo; for ((i=0;i<2;i++)); do for ((k=0;k<2;k++)); do echo -n "$i$k "; done; done; echo
### arithmetic: in subscripts and slices
a=(a b c d e f); i=2; echo ${a[i+1]} ${a[i*2]} ${a[$i]} ${a[-i]} ${a[@]:i:i} ${a[@]:1+1:1}; s=abcdef; echo ${s:i:2} ${s:i+1} ${s: -i} ${s:(-3):2}
### coproc
coproc cat; echo "status $?"
### coproc: by name
coproc UP { while read -r l; do echo "${l^^}"; done; }; echo hello >&${UP[1]}; read -r x <&${UP[0]}; echo $x; eval "exec ${UP[1]}>&-"; wait $UP_PID; echo "ended $?"; echo "${#UP[@]}"
### coproc: descriptors
coproc { cat; }; echo "${COPROC[@]}"; [ -n "$COPROC_PID" ] && echo pid; echo x >&${COPROC[1]}; read l <&${COPROC[0]}; echo $l; kill $COPROC_PID; wait $COPROC_PID; echo $?
### functions: exported
f() { echo "f: $1"; }; export -f f; bash -c 'f x'; declare -pF f; export -nf f; bash -c 'f x'; echo $?; export -f nope; echo $?; g() { if true; then echo a; fi; }; export -f g; env | grep -A3 FUNC_g
### functions: readonly
f() { echo 1; }; readonly -f f; f() { echo 2; }; echo $?; f; unset -f f; echo $?; f; readonly -f nope; declare -F
### getopts: clusters and rest
set -- -ab -cval -d x y; while getopts abc:d o; do echo "$o [$OPTARG] $OPTIND"; done; echo "end $o $?"; shift $((OPTIND-1)); echo "$@"
### getopts: errors told and silent
while getopts ab: o -a -x -b; do echo "$o [${OPTARG-unset}]"; done; OPTIND=1; while getopts :ab: o -x -b; do echo "$o [$OPTARG]"; done; OPTIND=1; OPTERR=0; getopts a o -z; echo "$o $?"; OPTIND=1; getopts a o; echo $?; getopts; echo $?; getopts a 1x -a; echo $?
### getopts: double dash and operands
set -- -a -- -b c; while getopts ab o; do echo $o; done; shift $((OPTIND-1)); echo "rest $@"; set -- x -a; OPTIND=1; getopts a o; echo "$? $o $OPTIND"
### local: shadows and unset
x=1; f() { local x=2; g; echo "f $x"; unset x; echo "f ${x-unset}"; }; g() { x=3; echo "g $x"; }; f; echo $x; h() { local x; echo "[${x-unset}]"; x=h; }; h; echo $x
### local: arrays and attributes
f() { local -a a=(1 2); local -A m=([k]=v); local -i n=2+3; local -r r=x; local -u up=abc; echo "${a[@]} ${m[k]} $n $r $up"; local -p | sort | head -3; }; f; echo "${a[@]-none}"
### local: status hides
f() { local x=$(exit 3); echo $?; local y; y=$(exit 3); echo $?; }; f; local z=1; echo $?
### declare: print and attributes
declare -i i=010; declare -l low=ABC; declare -u up=abc; declare -a arr; declare -A map; arr=(1); map[k]=v; declare -p i low up arr map; i=i+2; echo $i; declare +i i; i=1+1; echo $i; declare -p nosuch; echo $?
### declare: global and functions
f() { declare -g G=1; declare L=2; }; f; echo "${G-no} ${L-no}"; declare -f f; declare -F f; declare -F nope; echo $?; typeset t=1; echo $t
### readonly: errors
readonly R=1; R=2; echo "not reached in this line"
echo "next line $?"; unset R; echo $?; declare R=3; echo $?; readonly -p | grep ' R='; (R=5; echo sub); echo $?; export R; declare -p R
### export: lists and functions of it
export A=1 B; B=2; printenv A B; export -n A; printenv A; echo $?; export -p | grep -E ' (A|B)='; C=3 bash -c 'echo $C'; echo "[$C]"; export D="a b"; bash -c 'echo "$D"'; export 1x=2; echo $?
### nameref: arrays and loops
a=(1 2); b=(3 4); for n in a b; do declare -n r=$n; echo "${r[1]}"; unset -n r; done; f() { local -n out=$1; out="set by f"; }; f res; echo $res; declare -n loop=loop; echo $?
### pushd and popd
mkdir a b c; pushd a >/dev/null; pushd ../b >/dev/null; dirs -v; pushd +1; popd; popd -n; dirs -p; popd; echo $?; popd; echo $?; pushd nope; echo $?; dirs -c; dirs; pushd; echo $?
### cd: variables and errors
mkdir -p x/y; cd x; cd -; cd y; echo $?; cd x/y && pwd; cd ../..; pwd; CDPATH=x cd y; pwd; cd; pwd; cd - > /dev/null; echo "$OLDPWD"; HOME=/nope cd; echo $?; cd ""; echo $?; cd a b; echo $?; touch f; cd f; echo $?
### jobs: wait for statuses
for i in 1 2 3; do (sleep 0.0$i; exit $i) & pids[i]=$!; done; for i in 3 1 2; do wait ${pids[i]}; echo "$i -> $?"; done; wait; echo $?; wait -n; echo $?
### jobs: wait -n and -p
(sleep 0.3; exit 3) & (sleep 0.1; exit 1) & wait -n; echo $?; wait -n -p who; echo $? $((who>0)); wait -n; echo $?
### jobs: kill and statuses
sleep 10 & kill $!; wait $!; echo $?; sleep 10 & sleep 0.05; kill -INT $!; sleep 0.05; kill -9 $!; wait $! 2>/dev/null; echo $?; kill -0 $$; echo $?; kill -0 999999; echo $?; kill %1; echo $?
### jobs: background groups and output
{ sleep 0.05; echo one; sleep 0.1; echo two; } & echo main; wait; (echo a & echo b & wait) | sort; x=$(sleep 0.05 & echo quick); echo $x; f() { sleep 0.05; echo from f $1; }; f 1 & wait; disown; echo $?
### jobs: dollar bang and subshells
echo "[$!]"; true & p=$!; [ $p = $! ] && echo same; (true & [ $! != $p ] && echo differs); wait; echo "$?"; (exit 4) & wait $!; echo "st $?"
### functions: recursion
fib() { (( $1 < 2 )) && { echo $1; return; }; echo $(( $(fib $(($1-1))) + $(fib $(($1-2))) )); }; fib 10; down() { [ $1 -eq 0 ] && return 7; down $(($1-1)); }; down 50; echo $?; pow() { local r=1 i; for ((i=0;i<$2;i++)); do ((r*=$1)); done; echo $r; }; pow 2 10
### functions: arguments and shift
f() { echo "$# $0"; while (( $# )); do echo -n "<$1>"; shift; done; echo; }; set -- keep; f a "b c" ''; echo "$@"; g() { set -- x y; echo "$2"; }; g; echo $#; h() { echo "${@:2}" "${!#}" "${*: -2:1}"; }; h 1 2 3
### functions: names and redefinition
my-func() { echo dash; }; my-func; f.x() { echo dot; }; f.x; echo() { builtin echo "my $@"; }; echo hi; unset -f echo; echo hi; function kw { command echo kw; }; kw; if() { :; }
### functions: return values
f() { return 256; }; f; echo $?; g() { return -1; }; g; echo $?; h() { false; return; }; h; echo $?; i() { return $((1+1)); }; i; echo $?; j() { ( return 5; ); echo $?; }; j; k() { for x in 1 2 3; do [ $x = 2 ] && return 9; done; }; k; echo $?; l() { return x; }; l; echo $?
### functions: redirections and pipes
f() { echo out; echo err >&2; } 2>&1; f | tr a-z A-Z; g() { cat; }; echo in | g; g <<< here; h() while read -r l; do echo "[$l]"; done; printf 'a\nb\n' | h; i() { cat <&3; } 3<<< three; i
### exit: statuses
(exit); echo $?; (false; exit); echo $?; (exit 256); echo $?; (exit -1); echo $?; bash -c 'exit 3'; echo $?; (exit 08); echo $?; (exit 1+1); echo $?; f() { exit 6; }; (f; echo no); echo $?; x=$(exit 9); echo $?
### exit: not found and not executable
nosuch 2>/dev/null; echo $?; touch f; ./f; echo $?; mkdir d; ./d; echo $?; ./missing; echo $?; "" ; echo $?; printf 'not a program' > t; chmod +x t; ./t; echo $?; bash nofile; echo $?; bash -c; echo $?
### shopt: nullglob and failglob
echo *.none; shopt -s nullglob; echo *.none end; for f in *.none; do echo never; done; a=(*.none); echo ${#a[@]}; shopt -u nullglob; shopt -s failglob; echo *.none; echo $?
echo after $?
### shopt: extglob
shopt -s extglob; touch a1.log a2.log b.txt c.md; echo !(*.log) @(a1|b).* +([a-z]).md ?(x)c.md *(z)b.txt; x=aaab; echo "${x##+(a)}" "${x/+(a)/-}"; [[ foo == @(foo|bar) ]] && echo m; case 12 in +([0-9])) echo digits;; esac; rm !(b.txt|script); ls
### shopt: globstar
shopt -s globstar; mkdir -p d/e/f; touch d/1.txt d/e/2.txt d/e/f/3.txt; echo **/*.txt; echo d/**; echo **/; shopt -u globstar; echo **/*.txt
### shopt: dotglob and nocaseglob
touch .hidden Upper lower; echo *; shopt -s dotglob; echo *; shopt -u dotglob; echo .*; shopt -s nocaseglob; echo u* L*; shopt -q dotglob; echo $?; shopt -s nosuch; echo $?; shopt dotglob nullglob; echo $?
### shopt: lastpipe and expand_aliases
echo x | read v; echo "[$v]"; shopt -s lastpipe; echo y | read v; echo "[$v]"; seq 3 | while read n; do s=$((s+n)); done; echo $s; alias hi='echo hello'; shopt -s expand_aliases
hi; \hi; echo $?; unalias hi; hi; echo $?
### globs: classes and ranges
touch a b c A 1 2 _x; echo [a-c] [[:upper:]] [[:digit:]] [!a-c] [^1]  [_1]* ?? [a-; echo '*' "*" \*; x='*'; echo $x "$x"; set -f; echo *; set +f
### globs: paths and quoting
mkdir -p 'a b' c; touch 'a b/f' c/f c/g; for f in */f; do echo "<$f>"; done; echo "a b"/* */ ./c/* c/{f,g,h}; echo c/[fg]; cd c; echo ../*; echo /etc/pass[w]d
### command: lookup
command -v cd cat if nosuch; echo $?; f() { :; }; command -v f; alias a=b; command -v a; command -V cd; command -V f; command -V cat; command -V nosuch; echo $?; command -p echo p; cd() { echo my cd; }; command cd /; pwd; type -a echo | head -2; type -P cat; type -p cd; type -f f; echo $?
### source: arguments, return and scope
echo 'v=$1; echo "$# $0"; return 4; echo no' > lib; . ./lib x y; echo "$? $v"; set -- keep; source ./lib; echo "$1"; echo 'echo $BASH_SOURCE' > s2; . ./s2; source nofile; echo $?; f() { . ./lib in; echo $?; }; f; echo 'exit 3' > bye; (. ./bye; echo no); echo $?; mkdir dir; . ./dir; echo $?
### eval: quoting and statuses
x='echo "a  b"'; eval $x; eval "$x"; eval 'false'; echo $?; eval "y=5"; echo $y; n=v1; eval "$n=dyn"; echo $v1; eval; echo $?; eval 'echo one; echo two' | wc -l; eval 'for'; echo $?; eval "eval 'echo deep'"
### redirections: exec
exec 3>log; echo to log >&3; exec 3>&-; cat log; exec 4<log; read -u 4 l; echo "$l"; exec 4<&-; exec 5>&1 >hidden; echo in file; exec 1>&5 5>&-; cat hidden; exec 6<>rw; echo data >&6; cat rw; (exec 2>err; nosuch); cat err
### redirections: juggling
{ echo out; echo err >&2; } 3>&1 1>&2 2>&3 | sed 's/^/piped: /'; { echo o; echo e >&2; } 2>&1 >/dev/null | cat; ls nope /dev/null 2>&1 | sort; echo x 2>&1 1>f; cat f; echo {fd}>braces; ls; exec {fd}>named; echo via >&$fd; exec {fd}>&-; cat named; [ $fd -ge 10 ] && echo high
### redirections: both and append
f() { echo o; echo e >&2; }; f &> both; cat both; f &>> both; wc -l < both; f >& old; cat old; f > a 2> b; cat a b; f 2>> b > /dev/null; cat b; : > a; [ -s a ] || echo empty; > c; ls c
### redirections: noclobber
set -o noclobber; echo 1 > f; echo 2 > f; echo $?; echo 3 >| f; cat f; echo 4 >> f; cat f; echo 5 > /dev/null; echo $?; set +C; echo 6 > f; cat f
### redirections: errors
cat < nofile; echo $?; echo x > /nodir/f; echo $?; echo x > .; echo $?; cat <&9; echo $?; { echo y; } > /nodir/g; echo $?; if true; then echo z; fi < nofile; echo $?; read x < nofile || echo failed; exec 3< nofile; echo "exec failed and the script goes on? $?"
### IFS: joins and splits
x=a:b:c; IFS=:; set -- $x; echo "$#" "$*" $*; IFS=; set -- $x; echo $#; IFS=' '; y=" lead  trail "; set -- $y; echo "$#" "[$1]"; unset IFS; z=$'a\tb\nc d'; set -- $z; echo $#; IFS=,; echo "${x//:/,}"; a=(1 2 3); echo "${a[*]}" "${a[@]}"; IFS=xy; v=1x2y3; echo $v
### IFS: for command substitutions
IFS=$'\n'; for l in $(printf 'a b\nc d\n'); do echo "<$l>"; done; IFS=,; for w in $(echo 1,2,,3); do echo "[$w]"; done; unset IFS; for w in $(echo ' x  y '); do echo "($w)"; done; read -ra p <<< "a b  c"; echo ${#p[@]}
### time: formats
TIMEFORMAT='took %0R'; time true; { time sleep 0.01; } 2>&1 | sed 's/[0-9]/N/g'; TIMEFORMAT=; time :; time -p true 2>/dev/null; echo $?; { time; } 2>/dev/null; echo $?
### negation
! true; echo $?; ! false; echo $?; ! nosuch 2>/dev/null; echo $?; ! echo x | grep -q y; echo $?; if ! false; then echo neg; fi; ! ! true; echo $?; ! (exit 3); echo $?; ! { false; }; echo $?
### PIPESTATUS
true | false | (exit 3); echo "${PIPESTATUS[@]}"; echo "${PIPESTATUS[@]}"; false; echo "${PIPESTATUS[0]}"; ls nope 2>/dev/null | cat | grep -q x; st=("${PIPESTATUS[@]}"); echo "${#st[@]} ${st[2]}"; ! true | false; echo "${PIPESTATUS[*]}"; (exit 2) | true; echo $? ${PIPESTATUS[0]}
### LINENO
echo $LINENO
f() {
  echo "f $LINENO"
}
f
echo "a
b" $LINENO
eval 'echo $LINENO'
x=$(
echo $LINENO)
echo $x; echo ${BASH_LINENO[0]}
### SECONDS and RANDOM
echo $((SECONDS<5)); SECONDS=100; echo $((SECONDS>=100 && SECONDS<105)); [ "$RANDOM" != "$RANDOM" ] && echo random; r=$((RANDOM)); ((r>=0 && r<32768)) && echo range; RANDOM=42; echo $RANDOM $RANDOM; RANDOM=0; echo $RANDOM; echo $((EPOCHSECONDS>1000000)); [[ $EPOCHREALTIME == *.* ]] && echo real
### special parameters
echo "$#" "$@" "$*" "$-" | tr -d c; set -- a "b c"; echo $# "$@"; for i in "$@"; do echo "<$i>"; done; for i in "$*"; do echo "[$i]"; done; for i in $@; do echo "($i)"; done; echo "${10-none}" $10; shift 3; echo $?; echo $_; f() { echo "$FUNCNAME"; }; f; echo "${#@}" "${#*}"; [ $$ = $(echo $$) ] && echo samepid; [ $BASHPID = $(echo $BASHPID) ] || echo otherpid; (echo $BASH_SUBSHELL); echo $SHLVL; echo $BASH_VERSINFO
### syntax: errors of unfinished texts
for t in for 'for x' case 'case x' function if 'f()' 'a |' 'a &&' '{' '(' 'echo >' 'echo 2>&' 'case x in a' 'case x in a)' select 'for ((;;))' 'if true; then' 'while true' 'until x; do' 'x=$(' 'echo "' "echo '" 'echo `' 'echo ${x' 'echo $((1' '! ' coproc; do bash -c "$t"; echo "$t -> $?"; done
### syntax: errors of tokens
for t in ')' '}' fi done esac then do ';' ';;' '&' '|' '&&' 'a || || b' 'a ; ; b' 'a && ; b' 'if ; then' 'if true; else; fi' 'for in' 'for 1x in a; do :; done' 'case x in ) esac' 'f() echo' 'f() { }' '( )' '{ }' 'echo > ;' 'echo a)' 'while do' 'echo (x)' 'function { :; }' '[ a ] ]' 'select x in; do' 'if true; then echo; else' '((1+))' 'x=$((' 'do :; done' 'for x in a; echo; done'; do bash -c "$t"; echo "$t -> $?"; done
### syntax: in a script file
echo before
if true; then
  echo inside
for x in a b
done
echo after
### syntax: unclosed quote in a file
echo one
echo "two
echo three
### syntax: unexpected end
echo one
while true; do
  echo two
### syntax: eval goes on
eval 'echo a; )'; echo $?; eval 'if true'; echo $?; eval 'echo "'; echo $?; (eval 'fi'; echo in); x=$(eval 'done'); echo "$? $x"; echo end
### lines of commands over several lines
nosuch1 \
  foo
A=1 nosuch2 \
 a
nosuch3 "a
b" c
nosuch4 a "b
c"
nosuch5 > /dev/null \
 b
echo $LINENO \
$LINENO
