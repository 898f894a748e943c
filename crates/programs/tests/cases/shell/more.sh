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
