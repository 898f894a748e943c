### quoting
a='x y'; echo $a "$a" '$a' "\$a" \$a "a\b" 'a\b' a\ b
echo "a'b" 'a"b' "a\"b" $'a\tb\x41\u00e9\'' $"loc"
echo "`echo hi`" "$(echo "nested $(echo "deep")")"
### parameters
unset u; e=; v=val
echo "${u-d}" "${u:-d}" "${e-d}" "${e:-d}" "${v-d}" "${v:-d}"
echo "[${u+a}]" "[${e+a}]" "[${e:+a}]" "[${v:+a}]"
echo "${u=assigned}" $u; unset u; echo "${u:=two words}"; echo $u
echo ${#v} ${#e} ${#u}
### error parameter
unset u
echo ${u?}
echo not reached
### error parameter text
(echo ${u:?is not there}); echo $?
### error parameter c[c]
echo ${u:?gone}; echo no
### prefixes and suffixes
p=/usr/local/lib/file.tar.gz
echo ${p#*/} ${p##*/} ${p%.*} ${p%%.*} ${p%/*} ${p#/usr} ${p%gz}
x='a*b'; echo ${x#a\*} ${x#"a*"} ${x%\*b}
### replace
s="hello world"
echo ${s/o/0} ${s//o/0} ${s/#hello/bye} ${s/%world/all} ${s//[aeiou]/} ${s/x/y} "${s/ /_}"
echo ${s//l/<&>} ${s/hello/"&"} ${s//o}
p=a/b/c; echo ${p//\//-} "${p/\//'x'}"
### substring
s=abcdefgh
echo ${s:2} ${s:2:3} ${s: -3} ${s: -3:2} ${s:0:-2} "${s:10}" ${s:1+1:2*2}
set -- a b c d; echo ${@:2} - ${@:2:2} - ${@: -1} - ${*:1:1} - ${@:0:1}
### case change
s="hello World"; echo ${s^} ${s^^} ${s,,} ${s^^[aeiou]} ${s,} ${s^^l}
### indirect
a=b; b=c; echo ${!a}; set -- x y; i=2; echo ${!i}; ab1=1; ab2=2; echo ${!ab*} "${!ab@}"
### length of things
set -- a b c; arr=(x yy zzz); echo $# ${#@} ${#*} ${#arr[@]} ${#arr[1]} ${#arr}
### transform
x="it's"; y=(1 "2 3"); declare -i n=5
echo ${x@Q} "${y[@]@Q}" ${x@U} ${x@u} ${n@a} ${x@A} "${y[@]@A}"
printf '%s\n' "${y[@]@K}"
### splitting
x=" a  b c "; set -- $x; echo $#; for i in $x; do echo "<$i>"; done
IFS=:; x="a::b:c:"; for i in $x; do echo "<$i>"; done
IFS=' :'; x=" a : b  c:d "; for i in $x; do echo "<$i>"; done
IFS=; x="a b"; for i in $x; do echo "<$i>"; done
### at and star
set -- "a b" c ""
for i in $@; do echo "<$i>"; done
for i in "$@"; do echo "<$i>"; done
for i in "$*"; do echo "<$i>"; done
for i in "x$@y"; do echo "<$i>"; done
IFS=,; echo "$*" $*; x=$*; echo "$x"; x=$@; echo "$x"
set --; for i in "$@"; do echo never; done; for i in "" "$@"; do echo "<$i>"; done
for i in "a$@"; do echo "<$i>"; done
### arrays
a=(one two "three four"); echo ${a[0]} ${a[-1]} "${a[@]}" ${#a[@]} ${!a[@]}
a[5]=six; a+=(seven); echo "${!a[@]}" "${a[@]:1:2}" "${a[@]/o/0}"
unset 'a[1]'; echo "${!a[@]}"; a[0]+=x; echo ${a[0]} $a
b=([3]=c [1]=a b); echo "${!b[@]}" "${b[@]}"; declare -p b
a=(); echo ${#a[@]} "[${a[*]}]"
for x in "${b[@]}"; do echo "<$x>"; done; IFS=-; echo "${b[*]}"
### associative
declare -A m=([one]=1 [two]=2 [three]=3); m[four]=4; m["a b"]=5
echo ${m[one]} ${m["a b"]} ${#m[@]}; echo "${!m[@]}"; echo "${m[@]}"
unset 'm[one]'; echo "${m[one]-gone}"; k=two; echo ${m[$k]}; declare -p m
[[ -v m[two] ]] && echo yes; [[ -v m[nope] ]] || echo no
declare -A n=(k1 v1 k2 v2); echo ${n[k1]} ${n[k2]}
### associative order
declare -A m; for i in apple banana cherry date elder fig grape 1 2 3 x y z pod svc; do m[$i]=$i; done; echo ${!m[@]}
### bad subscript
a=(1 2); echo ${a[-5]}; echo after
a[-9]=1; echo after2
### braces
echo {a,b,c} x{1,2}y {1..5} {5..1} {a..e} {01..10..3} {1..10..4} a{b,{c,d}}e {a} {a,b {1..a} "{a,b}" {,x}y $'{a,b}' {a,b}{1,2}
echo ${x:-{a,b}} {x,"y z"} {-3..3} {z..w}
### tilde
echo ~ ~/x "~" a~ ~root ~nosuch; x=~/a:~/b; echo $x; y="~"; echo $y; echo a=~ --p=~
### arithmetic
echo $((1+2*3)) $(( (1+2)*3 )) $((7/2)) $((-7/2)) $((7%3)) $((2**10)) $((1<<4)) $((0x1f)) $((010)) $((2#101)) $((36#z))
x=5; echo $((x++)) $x $((++x)) $((x--)) $((--x)) $((x+=3)) $((x*=2)) $((x>3?1:0)) $((!x)) $((~x)) $((x&6|1^2))
echo $((1,2)) $((1==1&&2!=3||0)) $(($x+1)) $((${x}+1)) $(( "3"+4 )) $((a=3,b=a*2)) $b
y=x; echo $((y)) $((y+1)); a=(1 2 3); echo $((a[1]+a[2])) $((a[0]++)) ${a[0]}; echo $[1+1]
### arithmetic errors
echo $((1+)); echo a
echo $((1/0)); echo b
echo $((1 2)); echo c
x="1+"; echo $((x)); echo d
((1/0)); echo $?
let 1+; echo $?
echo $((08)); echo $((5=3)); echo $((1.5)); echo $((2**-1)); echo $((1?2))
let "x = 3 + 4" "y=x*2"; echo $x $y $?; let 0; echo $?
### arithmetic recursion
x=x; echo $((x)); echo after
### globs
touch a.txt b.txt c.md .hidden; mkdir d; touch d/e.txt
echo *.txt; echo *; echo .h*; echo [ab].*; echo [!a].txt; echo ?.md; echo nope*; echo "*.txt"; echo */*.txt; echo d/; echo */
x='*.md'; echo $x "$x"; set -f; echo *.txt; set +f; shopt -s nullglob; echo nope*; shopt -s dotglob; echo *
### globstar
mkdir -p a/b/c; touch a/1.txt a/b/2.txt; shopt -s globstar; echo **/*.txt; echo **
### extglob
shopt -s extglob
touch a.c b.c ab.c abc.h
echo @(a|b).c !(*.c|script) +([ab]).c ?(a)b.c
case foo in @(foo|bar)) echo yes;; esac
x=aaab; echo ${x##+(a)} ${x//a?(a)/X}
### command substitution
echo "$(printf 'a\n\n\n')x"; echo $(echo a; echo b); x=$(false); echo $?; echo `echo \`echo deep\``
echo $(<nope); echo $?; echo hi > f; echo "$(<f)" $(< f)
echo "$(cat <<E
doc $((1+1))
E
)"
echo $(case x in x) echo in;; esac)
### here documents
x=val
cat <<E
a $x ${x}b $(echo sub) \$x \\ `echo bt` "quoted" 'single'
E
cat <<'E'
a $x \n `no`
E
cat <<-E
	tabs $x
		more
	E
cat <<A <<B
first
A
second
B
cat <<< "string $x"; cat <<<$x
cat <<"E F"
z
E F
while read l; do echo "[$l]"; done <<E
1
2
E
### here document at end
cat <<E
no end
### word parts
a=1; echo x$a"y$a"'z$a'${a}w; echo "$a$a"$a; echo ""$a; echo a""b; echo ''
for i in "" '' ""''; do echo "<$i>"; done
### special parameters
set -- a b; echo $# $0 $1 ${2} ${10} $?; (exit 3); echo $?; echo ${#}; echo $- | cat
f() { echo $# "$@" $0 $FUNCNAME; }; f 1 2 3
### nounset
set -u; x=1; echo $x ${y-default} ${z:-d}; echo "$@" $*; echo $y; echo not
### nounset positional
set -u; echo ${1-none}; echo $1
### bad substitution
echo a; echo ${x!y}; echo b
### readonly
readonly r=1; r=2; echo same line
echo next line; unset r; echo $? $r; r=3 echo temp; declare r=5; echo $?
### nested quotes in braces
unset x; echo "${x:-"a b"}" "${x:-'a b'}" ${x:-'a b'} ${x:-"a  b"} "${x:-\}}" "${x:-a\"b}"
y="a}b"; echo "${y%\}b}" ${y#a?}
### process substitution
cat <(echo one) <(echo two); while read l; do echo "[$l]"; done < <(printf 'x\ny\n')
echo into > >(cat); sleep 0.1
### substring of empty
x=; echo "[${x:0:1}]" "[${x:1}]"; x=ab; echo ${x:1:-1}.; echo "${x:0:-5}"; echo then
### pattern removal many
a=(a.x b.x c.y); echo "${a[@]%.x}" "${a[@]#?.}"; set -- one.c two.c; echo ${@%.c} "${*/o/0}"
### hangul
x=파드컨테이너; echo ${#x} ${x:0:2} ${x/컨/C} ${x%너}; for c in 가 나; do echo -n $c; done; echo; printf '%5s|%-5s|\n' 가 나
### escapes in echo
echo -e 'a\tb\nc\x41\0101\\' 'x\cy' z; echo -n a; echo -E 'a\tb'; echo -ne 'q\n'; echo - -- -x; echo -nope
### assignments
a=1 b=$a c="$a $b"; echo $a $b $c; x+=one; x+=two; echo $x; declare -i n=1; n+=5; echo $n; n=2*3; echo $n; n=abc; echo $n
declare -l low=ABC; declare -u up=abc; echo $low $up
### local and dynamic scope
x=g; f() { local x=l; g; echo f:$x; }; g() { echo g:$x; x=changed; }; f; echo $x
f() { local a b=2 c; echo "[$a]$b[${c-unset}]"; }; f
f() { local -a arr=(1 2); local -A m=([k]=v); arr+=(3); echo ${arr[@]} ${m[k]}; }; f; echo "${arr[@]}"
### nameref
f() { declare -n r=$1; r=changed; r+=more; }; v=old; f v; echo $v; declare -n q=v; echo $q ${!q}
