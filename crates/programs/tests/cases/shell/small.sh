### small array 1
a=(1 2 3); a+=(4 5); echo "${a[@]}" ${#a[@]}
### small array 2
a=([3]=x [1]=y); echo "${!a[@]}" "${a[@]}"
### small array 3
a=(a b c d); unset 'a[1]'; echo "${a[@]}" "${!a[@]}"
### small array 4
a=(a b c d e); echo "${a[@]:1:3}" "${a[@]: -2}" "${a[-1]}"
### small array 5
a=("x y" z); for i in "${a[@]}"; do echo "<$i>"; done; for i in ${a[*]}; do echo "[$i]"; done
### small array 6
a=(one two); IFS=,; echo "${a[*]}"; echo ${a[*]}
### small array 7
a=(); echo "${#a[@]}" "${a[@]}" "${a[0]-none}"
### small array 8
a=(x); a[5]=y; echo ${#a[@]}; declare -p a
### small array 9
a=(foo.txt bar.txt); echo "${a[@]%.txt}" "${a[@]/o/0}" "${a[@]^}"
### small array 10
a=(1 2); a[0]+=5; let a[1]+=5; echo "${a[@]}"; b=("${a[@]}" end); echo ${#b[@]}
### small array 11
f() { local -a l=("$@"); echo "${#l[@]} ${l[-1]}"; }; f a 'b c' d
### small array 12
a=(1 2 3); echo "${a[10]}"; a[-5]=x; echo $?
### small array 13
a=(3 1 2); printf '%s\n' "${a[@]}" | sort; i=1; echo ${a[i+1]} ${a[$i]}
### small array 14
a=abc; echo ${a[0]} ${#a[@]}; a[1]=d; declare -p a
### small assoc 1
declare -A m=([a]=1 [b]=2); echo ${m[a]} ${m[b]} ${#m[@]}; unset 'm[a]'; echo ${#m[@]}
### small assoc 2
declare -A m; m["x y"]=1; k='x y'; echo ${m[$k]} "${!m[@]}"
### small assoc 3
declare -A m; m[n]=1; m[n]+=2; ((m[n]++)); echo ${m[n]}
### small assoc 4
declare -A m=([k]=v); [[ -v m[k] ]] && echo yes; [[ -v m[z] ]] || echo no; echo "${m[z]:-default}"
### small assoc 5
declare -A m=([a]=1); m+=([b]=2); echo $((m[a]+m[b]))
### small assoc 6
m[a]=1; m[b]=2; declare -p m
### small assoc 7
declare -A m=([a]=1); declare -p m; declare -a m; echo $?
### small test 1
[[ abc == a* ]] && echo 1; [[ abc == "a*" ]] || echo 2; [[ abc != b* ]] && echo 3
### small test 2
[[ abc =~ ^a(b)(c)$ ]] && echo "${BASH_REMATCH[@]}"; [[ x =~ y ]] || echo ${#BASH_REMATCH[@]}
### small test 3
[[ 10 -gt 9 && b > a || x == y ]] && echo ok; [[ ! -e nope ]] && echo absent
### small test 4
x='a b'; [[ $x == 'a b' ]] && echo same; [[ -z $unset && -n $x ]] && echo z
### small test 5
touch f; mkdir d; [[ -f f && -d d && ! -s f ]] && echo files; [[ f -nt nope ]] && echo newer
### small test 6
[ a = a -a b = b ] && echo and; [ a = b -o b = b ] && echo or; [ ! a = b ] && echo not; [ ]; echo $?
### small test 7
[ a b c ]; echo $?
### small test 8
[ 1 -eq x ]; echo $?
### small test 9
[ a = ; echo $?
### small test 10
test -z; echo $?; test -z ''; echo $?; test x; echo $?; test; echo $?
### small test 11
[[ 1+1 -eq 2 ]] && echo arithmetic; x=5; [[ x -eq 5 ]] && echo name
### small test 12
r='^[0-9]+$'; for i in 12 a1 ''; do [[ $i =~ $r ]] && echo "$i y" || echo "$i n"; done
### small test 13
[[ a < b ]]; echo $?; [ a \< b ]; echo $?; shopt -s nocasematch; [[ ABC == abc ]]; echo $?
### small test 14
[[ -o errexit ]]; echo $?; set -e; [[ -o errexit ]]; echo $?
### small case 1
case abc in a?c) echo q;; esac; case x in y) ;; esac; echo $?
### small case 2
case b in a|b) echo ab;& c) echo c;; d) echo d;; esac; case a in a) echo 1;;& *) echo 2;; esac
### small case 3
x='*'; case '*' in "$x") echo literal;; esac; case abc in $x) echo glob;; esac
### small case 4
case 5 in [0-4]) echo low;; [5-9]) echo high;; esac; case é in ?) echo one;; esac
### small case 5
case "a b" in "a "*) echo sp;; esac; case '' in '') echo empty;; esac; case x in (x) echo paren;; esac
### small case 6
shopt -s extglob; case foobar in foo@(bar|baz)) echo at;; esac; case aaa in +(a)) echo plus;; esac; case b in !(a)) echo not;; esac
### small read 1
while read -r a b; do echo "$b-$a"; done <<< $'1 2\n3 4 5'
### small read 2
printf 'a\nb' | while read l; do echo "$l"; done; printf 'a\nb' | while read l || [ -n "$l" ]; do echo "[$l]"; done
### small read 3
IFS=: read -r u x uid rest <<< 'root:x:0:0:root:/root'; echo $u $uid $rest
### small read 4
read -r a <<< '  pad  '; echo "[$a]"; IFS= read -r a <<< '  pad  '; echo "[$a]"
### small read 5
read -a w <<< 'x y z'; echo ${#w[@]} ${w[2]}; read -N 3 c <<< abcdef; echo $c
### small read 6
IFS=, read a b <<< 'x,,z'; echo "$a|$b"; IFS=, read a b c <<< 'x,,z'; echo "$a|$b|$c"
### small read 7
exec 3<<< $'one\ntwo'; read -u 3 a; read -u 3 b; echo $a $b; read -u 3 c; echo $?
### small read 8
read x y <<EOF
$HOME and \$HOME
EOF
echo "$x/$y"
### small printf 1
printf '%s=%d\n' a 1 b 2 c; printf '%-6s|%6s|\n' ab cd; printf '%03d %+d\n' 7 7
### small printf 2
printf '%q ' a 'b c' "d'e" $'f\ng' ''; echo; printf '%b' 'x\ty\n'; printf '%%\n'
### small printf 3
printf -v v '%s-' a b; echo $v; printf '%x %o %X %#x\n' 255 8 255 255; printf '%c%c\n' hello world
### small printf 4
printf '%5.1f|%.3s|%e\n' 3.14159 abcdef 1000; printf '\x41\u00e9\n'; printf '%s\n' "$@"
### small printf 5
printf '%d\n' 1.5; echo $?; printf '%d\n' 08; echo $?; printf '%*d|%-*d|\n' 4 1 4 2
### small trap 1
trap 'echo bye' EXIT; echo hi; exit 3
### small trap 2
trap 'echo err $?' ERR; false; true; (exit 4); echo end
### small trap 3
trap 'echo int' INT; kill -INT $$; echo after; trap - INT; trap -p
### small trap 4
trap 'echo usr' USR1; kill -USR1 $$; trap; trap '' USR1; kill -USR1 $$; echo ignored
### small trap 6
(trap 'echo sub' EXIT; echo body); echo main; trap 'echo $?' EXIT; false
### small trap 7
trap 'echo x' NOPE; echo $?; trap 'exit 9' TERM; kill $$; echo never
### small strict 1
set -e; false || echo saved; if false; then :; fi; ! true; echo here; false; echo never
### small strict 2
set -u; echo ${x-unset}; echo "${x:-d}"; echo $x; echo never
### small strict 3
set -o pipefail; false | true; echo $?; true | false | true; echo ${PIPESTATUS[@]}; set +o pipefail; false | true; echo $?
### small strict 4
set -euo pipefail; f() { false; echo in; }; f && echo yes; x=$(false) ; echo never
### small strict 5
set -e; x=$(false; echo sub); echo "$x"; (false); echo never
### small strict 6
set -e; local_test() { local x=$(false); echo kept; }; local_test; echo end
### small strict 7
set -eu; echo "${1:-none}"; arr=(); echo "${arr[@]}" ok; echo $1
### small strict 8
set -x; a=1; echo $a; [[ $a == 1 ]]; ((a++)); for i in 1; do :; done; set +x
### small strict 9
set -f; echo *; set +f; set -C; echo a > f; echo b > f; echo $?; echo c >| f; cat f
### small here 2
cat <<-EOF
	tab $((1+1))
	EOF
### small here 3
cat <<'EOF'
$x `y` \z
EOF
### small here 5
cat <<A <<B
first
A
second
B
### small here 6
f() { cat <<EOF
in $1
EOF
}; f x; f y
### small here 7
x=$(cat <<EOF
a "quoted" b
EOF
); echo "$x"
### small brace 1
echo {a,b}{1,2} {1..5} {5..1..2} {a..e} {01..03} x{,y}z {a,b,{c,d}} {x} {} "{a,b}" {a,b
### small brace 2
v=3; echo {1..$v} a{b,c}d{e,f} {-1..1} {a..e..2} \{a,b} {'a b',c} ${v}{x,y}
### small param 1
x=/usr/local/lib.tar.gz; echo ${x##*/} ${x#*/} ${x%.*} ${x%%.*} ${#x} ${x:5:5} ${x: -2} ${x/l/L} ${x//l/L} ${x/#\/usr/U} ${x/%gz/xz}
### small param 2
echo ${u:-d} ${u-d} ${u:+s} ${u:=a} $u ${u:+s}; e=; echo "${e:-d}" "${e-d}" "${e+s}" "${e:+s}"
### small param 3
: ${nope:?is missing}; echo never
### small param 4
x=hello; echo ${x^} ${x^^} ${x^^[lo]}; y=WORLD; echo ${y,} ${y,,}; echo ${x@U} ${x@Q} ${x:0:-1}
### small param 5
n=x; x=val; echo ${!n}; foo1=a foo2=b; echo ${!foo@}; set -- a b c; echo ${@:2} ${#} ${*: -1} $# "${@:0:1}"
### small param 6
x=aXbXc; echo "${x//X/ }" ${x//X} "${x/X/&}" ${x%%X*} ${x##*X}; p='a*'; echo "${x/$p/z}" "${x/"$p"/z}"
### small param 7
x='a  b'; echo $x "$x" ${x// /_}; echo "${x:(-1)}" "${x:1}" "${x::1}"; echo "${#x}" "${x:9}"
### small param 8
echo ${x!}; echo never
### small param 9
x=1; echo "${x:+"in $x"}" "${y:-$(echo cmd)}" "${y:-${x}}" ${y:-a b} "${y:-'q'}" ${y:-'q'}
### small arith 1
echo $((1+2*3)) $((7/2)) $((-7/2)) $((7%3)) $((-7%3)) $((2**10)) $((1<<4)) $((0xff)) $((010)) $((2#101)) $((36#z))
### small arith 2
((x=5)); ((x+=2)); echo $x $((x++)) $((++x)) $((x--)) $x $((x>5?1:0)) $((!x)) $((~x)) $((x&3|8^1))
### small arith 3
((0)); echo $?; ((1)); echo $?; let 'a=1' 'b=a+1'; echo $a $b $?; let 0; echo $?
### small arith 4
echo $((1/0)); echo never
### small arith 5
echo $((1+)); echo never
### small arith 6
echo $((08)); echo never
### small arith 7
for ((i=0,j=5;i<j;i++,j--)); do echo $i $j; done; i=3; while ((i--)); do echo $i; done; echo $((unset+1)) $((i=4,i*2))
### small arith 8
x=y; y=3; echo $((x)) $((x+1)); a=(1 2); echo $((a[1]*5)) $(( (1,2) )) $((1==1&&0||1)); echo $((9223372036854775807+1))
### small jobs 1
sleep 0.1 & wait $!; echo $?; (exit 3) & wait $!; echo $?; wait; echo $?; wait 99999; echo $?
### small jobs 2
sleep 5 & p=$!; kill $p; wait $p 2>/dev/null; echo $?; kill -0 $p 2>/dev/null; echo $?
### small jobs 3
(exit 1) & a=$!; (exit 2) & b=$!; wait $a; echo $?; wait $b; echo $?; f() { sleep 0.1; echo bg; }; f & wait; echo fg
### small jobs 4
kill -l 9; kill -l TERM; kill -l 137; kill nope; echo $?; kill; echo $?; kill -NOPE 1; echo $?
### small jobs 5
(exit 7) & wait -n; echo $?; wait %5; echo $?; jobs; fg; echo $?; bg %1; echo $?
### small getopts 1
set -- -a -b val -c x; while getopts ab:c o; do echo $o ${OPTARG-}; done; shift $((OPTIND-1)); echo $@
### small getopts 2
set -- -z; getopts a o; echo $o $?; set -- -b; OPTIND=1; getopts b: o; echo $o
### small getopts 3
set -- -z -b; while getopts :ab: o; do echo "$o:$OPTARG"; done; set -- -abval; OPTIND=1; while getopts ab: o; do echo "$o:$OPTARG"; done
### small local 1
x=g; f() { local x=l; echo $x; g; }; g() { echo $x; x=c; }; f; echo $x; local y; echo $?
### small local 2
f() { local a b=2; echo "${a-unset} $b"; local -i n=1+1; echo $n; local -r r=1; r=2; echo no; }; f; echo $?
### small local 3
f() { return 5; }; f; echo $?; f() { return; }; false; f; echo $?; f() { return 300; }; f; echo $?; return 1; echo $?
### small local 4
f() { echo $0 $# "$@" $FUNCNAME; }; f 1 '2 3'; unset -f f; f; echo $?; f() (exit 2); f; echo $?
### small local 5
fact() { (( $1 < 2 )) && echo 1 || echo $(( $1 * $(fact $(($1-1))) )); }; fact 6; f() { f2() { echo nested; }; }; f; f2
### small local 6
f() { return abc; }; f; echo $?; declare -F nope; echo $?; readonly r=1; r=2; echo never
### small split 1
x='a:b::c'; IFS=:; set -- $x; echo $# "[$3]"; for i in $x; do echo "<$i>"; done; IFS=' :'; set -- ' a : b '; echo $#
### small split 2
x=$'a\tb\nc'; set -- $x; echo $#; IFS=; set -- $x; echo $#; unset IFS; set -- $x; echo $#; set -- "a b" c; echo "$*" $# ; IFS=-; echo "$*"
### small split 3
f() { echo $#; }; f $u; f "$u"; f "$@"; f "" ''; f $u"" ; e=; f $e$e; f "$e"$e; x=' a '; f $x; f x$x
### small quote 1
echo 'it'\''s' "a\"b" "\$x" '\n' "\n" $'\n' $'\x41\t|' a\ b "a
b" \
c; echo "a'b" 'a"b' "`echo bt`" "$(echo "n $(echo "m")")"
### small quote 2
echo "a\qb" 'a\qb' a\qb "\\" '\\' \\ "!" $'it\'s' $"loc" "${x:-"a b"}"
### small quote 3
echo 'unterminated
### small quote 4
echo "tick `echo a; echo \"
### small redirect 3
exec 3> f; echo a >&3; echo b >&3; exec 3>&-; cat f; echo c >&3; echo $?; exec 4< f; read l <&4; echo $l
### small redirect 4
echo a > f; cat f - <<< b > g; cat g; { cat; echo end; } < f; while read x; do echo "r $x"; done < f > h; cat h; echo x >> f; cat < f
### small redirect 5
exec > log; echo in; exec >&2; cat log; (echo sub) 2>&1; f() { echo fn; } > ff; f; cat ff; echo {fd}; exec {fd}> z; echo $((fd>=10))
### small glob 1
touch a.txt b.txt .h; mkdir d; echo * .h* ?.txt [ab].txt [!a].txt *.none d/ */; shopt -s nullglob; echo *.none end; shopt -s dotglob; echo *
### small glob 2
shopt -s failglob; echo *.none; echo $?
### small glob 3
shopt -s extglob; touch a1 a2 b1 c; echo !(a*) @(a|b)1 ?(x)c *(a)1 +([a-z])1; for f in a*; do echo "f $f"; done; echo "*" \* [a-b]1 [[:alpha:]]?
### small status 1
true; echo $?; false; echo $?; nosuch; echo $?; ./nofile; echo $?; touch f; ./f; echo $?; /; echo $?; (exit 300); echo $?
### small status 2
x=$(exit 4); echo $?; y=a; echo $?; ! false; echo $?; ! true; echo $?; true && false || echo or $?; if false; then :; fi; echo $?; while false; do :; done; echo $?
### small status 3
echo $(false)$?; : $(false); echo $?; local_x=$(true) z=$(false); echo $?; exit; echo never
### small status 4
exit abc; echo never
### small status 6
exec nosuch; echo never
### small status 7
break; echo $?; for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done; for i in 1 2; do for j in 1 2; do break 2; done; done; echo $i$j; continue 0; echo $?
### small misc 1
echo -n a; echo -e 'b\tc'; echo -E 'd\te'; echo -- x; echo -ne 'f\n'; echo -z; echo
### small misc 3
select_x=1; until [ $select_x -gt 3 ]; do echo $select_x; ((select_x++)); done; time_x=$( { :; } ); echo "[$time_x]"
### small misc 4
alias l='echo aliased'; l; shopt -s expand_aliases; alias m='echo yes'
m hi; unalias m; alias nope; echo $?
### small misc 6
declare -i n=5; n=n+1; echo $n; declare -u u=abc; declare -l l=ABC; echo $u $l; declare -r c=1; unset c; echo $?; declare -x ex=1; declare -p n ex; typeset t=1; echo $t
### small misc 7
declare -n ref=target; ref=5; echo $target; f() { local -n r=$1; r+=(z); }; arr=(a); f arr; echo ${arr[@]}
### small misc 9
type echo; type -t if f cd; command -v ls echo nosuch; echo $?; type nosuch; echo $?; f() { :; }; type -t f; command echo c; builtin echo b; builtin nosuch; echo $?
### small misc 10
if; then echo; fi
### small misc 11
for i in; do echo never; done; for i in a b; { echo $i; }; { echo g; }; (echo s); echo ) ; echo never
### small misc 12
fi
### small misc 13
while true do; done
### small misc 14
f( { echo; }
### small misc 15
source nope; echo $?; echo 'echo sourced $1; return 3' > s; . ./s arg; echo $?; source; echo $?; eval 'a b'; echo $?; eval; echo $?; shift 5; echo $?
