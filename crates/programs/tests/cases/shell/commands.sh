### lists
true && echo a || echo b; false && echo a || echo b; false || true && echo c; ! true; echo $?; ! false; echo $?
echo 1; echo 2 & wait; { echo g; echo h; }; (echo s; exit 4); echo $?
### pipelines
printf 'b\na\n' | sort | cat; echo x | { read y; echo "got $y"; }; false | true; echo $? ${PIPESTATUS[@]}
set -o pipefail; false | true; echo $?; (exit 3) | (exit 2) | true; echo $? "${PIPESTATUS[*]}"; echo e >&2 |& cat
seq 1 100000 | head -n 2
### if
if true; then echo t; else echo f; fi; if false; then echo t; elif true; then echo e; else echo f; fi
if false; then echo no; fi; echo $?; if false; then :; else false; fi; echo $?
### loops
for i in 1 2 3; do echo $i; done; for i; do echo never; done; set -- a b; for i; do echo $i; done
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done; until [ $i -eq 0 ]; do ((i--)); done; echo $i
for ((i=0;i<3;i++)); do echo $i; done; for ((;;)); do break; done
for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done
for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done
for i in 1 2; do for j in a b; do break 2; done; done; echo $i$j $?
while false; do :; done; echo $?; for i in; do :; done; echo $?
### case
for x in apple bob '*' 'a b' 12; do case $x in a*|z) echo A;; b?b) echo B;; '*') echo star;; [0-9]*) echo num;; "a b") echo space;; *) echo other;; esac; done
case x in y) ;; esac; echo $?; case a in a) echo 1;& b) echo 2;; c) echo 3;; esac; case a in a) echo 1;;& b) echo 2;; *) echo 3;; esac
case "" in "") echo empty;; esac; case x in (x) echo paren;; esac
shopt -s nocasematch; case ABC in abc) echo nocase;; esac
### functions
f() { echo "f $1 $#"; return 3; }; f a b; echo $?; function g { echo g; }; g; function h() { echo h; }; h
f() { f2() { echo inner; }; }; f; f2; unset -f f2; f2; echo $?
r() { [ $1 -le 0 ] && return; echo $1; r $(($1-1)); }; r 3
f() (x=sub; echo $x); x=main; f; echo $x
f() { echo to out; echo to err >&2; } > file 2>&1; f; cat file
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(( $1 * $(fact $(($1-1))) )); fi; }; fact 6
### redirections
echo a > f; echo b >> f; cat f; cat < f; echo err >&2 2> e; ls nope 2> /dev/null; echo both &> g; cat g
{ echo 1; echo 2 >&2; } > h 2>&1; cat h; echo x >| f; exec 3> k; echo to3 >&3; exec 3>&-; cat k
exec 4< h; read l <&4; echo $l; read l <&4; echo $l; exec 4<&-; cat <<< here 0<&0
(echo sub >&2) 2> s; cat s; echo $(cat < nope); echo $?; while read a; do echo "r $a"; done < h
for i in 1 2; do echo $i; done > loop; cat loop; if true; then echo cond; fi > c; cat c; > empty; cat empty
exec {fd}> var; echo "n" >&$fd; exec {fd}>&-; cat var; echo 2>&1 >/dev/null
### redirection errors
echo a > /nope/x; echo $?; cat < nope; echo $?; set -C; echo 1 > f; echo 2 > f; echo $?; echo 3 >| f; cat f; echo x >&9; echo $?
x="a b"; echo y > $x; echo $?; echo done
### not found
nosuchcommand; echo $?; ./nope; echo $?; /tmp; echo $?; touch notexec; ./notexec; echo $?; "" ; echo $?
### scripts
printf '#!/bin/sh\necho script $0 $1 $#\nexit 5\n' > s; chmod 755 s; ./s a b; echo $?; printf 'echo plain $1\n' > p; chmod 755 p; ./p x
printf '#!/nope/int\n' > b; chmod 755 b; ./b; echo $?; bash s q; echo $?; bash nope; echo $?; sh -c 'echo $0 $1' zero one; bash -c 'exit 7'; echo $?
### environment
A=1 printenv A; echo $A; export B=2; printenv B; C=3; printenv C; echo $?; export C; printenv C; export -n C; printenv C; D=x E=$D printenv E
f() { printenv T; }; T=temp f; echo "[$T]"; X=1 eval 'echo $X'; echo "[$X]"; unset B; printenv B; echo $?
### errexit
set -e; false || true; if false; then :; fi; ! true; false && true; echo still; x=$(false) || echo caught; (false; echo no) || echo sub; false; echo not
### errexit function
set -e; f() { false; echo in f; }; f || echo or; if f; then echo yes; fi; f; echo no
### errexit substitution
set -e; x=$(false); echo no
### errexit pipeline
set -e; false | true; echo ok; true | false; echo no
### errexit subshell
set -e; (exit 3); echo no
### xtrace
set -x; echo a "b c" 'd$e'; x=5; y="a b"; for i in 1 2; do echo $i; done; if [ $x = 5 ]; then :; fi; [[ $y == a* ]]; ((x++)); f() { echo in; }; f; case $x in 6) echo six;; esac; A=1 true; echo $(echo sub); set +x; echo off
### exit trap
trap 'echo bye $?' EXIT; echo hi; exit 3
### exit trap on error
trap 'echo cleanup' EXIT; set -e; false; echo no
### signal traps
trap 'echo got TERM' TERM; kill -TERM $$; echo after; trap - TERM; trap 'echo usr1' USR1; kill -USR1 $$; trap -p; trap '' INT; trap -p INT
### subshell traps
trap 'echo outer' EXIT; (trap 'echo inner' EXIT; echo in sub); (echo plain); echo end
### err and debug traps
trap 'echo ERR $?' ERR; false; (exit 2); if false; then :; fi; false || true; f() { false; }; f; true
### return trap in source
echo 'echo in $1; return 4; echo no' > s; . ./s arg; echo $?; source ./s; . ./nope; echo $?
### killed by itself
bash -c 'kill -TERM $$'; echo $?; bash -c 'kill -9 $$'; echo $?; (kill -TERM $BASHPID); echo $?
### background
sleep 0.2 & p=$!; wait $p; echo $?; (exit 5) & wait $!; echo $?; { sleep 0.1; echo bg; } & echo fg; wait; jobs; wait 99999; echo $?; false & wait %1; echo $?
### background list
(sleep 0.3; echo c) & (sleep 0.1; echo a) & (sleep 0.2; echo b) & wait; echo done
### kill background
sleep 100 & kill $!; wait $!; echo $?; sleep 100 & kill -9 %1; wait %1; echo $?; sleep 5 & kill -0 $!; echo $?; kill $!
### subshell isolation
x=1; (x=2; cd /; y=3; echo $x); echo $x $y; pwd; f() { echo orig; }; (f() { echo new; }; f); f; echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL))
### eval
x='echo "a  b"'; eval $x; eval "$x"; eval 'y=5; echo $y'; eval; echo $?; eval 'false'; echo $?; cmd='for i in 1 2; do echo $i; done'; eval "$cmd"
### eval syntax error
eval 'if'; echo $?; eval 'fi'; echo $?; echo after
### syntax error
echo before
fi
echo after
### syntax error 2
echo before
echo a | | b
### syntax error 3
if true; then
echo a
### syntax error 4
echo "unclosed
### syntax error 5
for i in 1 2 do echo; done
### syntax error 6
case x in a) echo;
### syntax error 7
f() { echo a
### syntax error 8
echo $(echo a
### syntax error 9
foo(bar)
### syntax error 10
echo a; )
### syntax error c[c]
echo hi; fi
### syntax error c2[c]
if true
### syntax error c3[c]
echo 'x
### syntax error c4[c]
echo a && && b
### stdin script[stdin]
echo one
read x
this is read
echo "x=$x"
for i in 1 2
do
echo $i
done
exit 6
### stdin syntax error[stdin]
echo one
fi
echo two
### command string[c]
echo $0 $# $-; foo; echo $?
### line numbers
echo $LINENO
f() {
  echo $LINENO
  nosuch
}
f
nosuch2

for i in 1; do
  nosuch3
done
echo "a
b"; nosuch4
### negation and arith
((5>3)) && echo yes; ((0)) || echo no; ((x=5)); echo $x; (( x > 3 && x < 10 )) && echo in; ! ((0)); echo $?
### conditional command
[[ a == a ]] && echo 1; [[ abc == a* ]] && echo 2; [[ abc == "a*" ]] || echo 3; [[ -n x && -z "" ]] && echo 4; [[ ! a == b ]] && echo 5
[[ ( a == b || c == c ) && 1 -lt 2 ]] && echo 6; x="a b"; [[ $x == "a b" ]] && echo 7; [[ $x = *b ]] && echo 8; [[ a < b ]] && echo 9; [[ 10 -gt 9 ]] && echo 10
[[ abc123 =~ ^([a-z]+)([0-9]+)$ ]] && echo "${BASH_REMATCH[@]}"; [[ abc =~ x ]]; echo $?; re='b.'; [[ abc =~ $re ]] && echo ${BASH_REMATCH[0]}; [[ a.c =~ a\.c ]] && echo dot
touch f; mkdir d; [[ -f f && -d d && -e f && ! -e nope ]] && echo files; [[ -s f ]] || echo empty; [[ -r f && -w f && ! -x f ]] && echo modes
[[ "" ]] || echo e; [[ x ]] && echo x; [[ -v nope ]] || echo unset; v=; [[ -v v ]] && echo set; [[ 2+3 -eq 5 ]] && echo expr; [[ x -eq 0 ]] && echo var
### test builtin
[ a = a ] && echo 1; [ a != b ] && echo 2; [ 1 -lt 2 ] && echo 3; [ -z "" ] && echo 4; [ -n x ] && echo 5; [ x ] && echo 6; [ ] || echo 7; [ ! x ] || echo 8; test a = a -a b = b && echo 9; [ a = b -o c = c ] && echo 10; [ \( a = a \) ] && echo 11; [ "(" = "(" ] && echo 12; [ -f /etc/passwd ] && echo 13; [ -d / -a -e /tmp ] && echo 14; [ ! -e /nope ] && echo 15
[ 1 -eq a ]; echo $?; [ a b ]; echo $?; [ a b c ]; echo $?; [ 1 -eq ]; echo $?; [ a; echo $?; test; echo $?; [ -e ]; echo $?; [ a = b c ]; echo $?; [ 1 -lt 2 -a 3 -lt 2 ]; echo $?; [ " 5 " -eq 5 ]; echo $?
### aliases
shopt -s expand_aliases
alias ll='echo long' e='echo ' x=expanded
ll a; e x; alias ll; unalias ll; ll; alias
alias loop='loop a'; loop; \e y
### group and time
{ time true; } 2>/dev/null; echo $?; time -p true 2> /dev/null; { echo a; } | cat; ( ( echo nested ) ); ((1)) ; { echo x
echo y
}
### comments
echo a # comment
# whole line
echo b#notcomment '#q'; echo c;# comment
### continuation
echo a \
b "c \
d" 'e \
f'; true &&
echo then |
cat
### unset and functions
x=1; unset x; echo ${x-gone}; f() { :; }; unset f; type f; echo $?; unset -v nope; echo $?; unset 1a; echo $?
### return outside
return 1; echo $?; break; echo $?; continue; echo $?
### loops with pipes
printf '1\n2\n3\n' | while read n; do echo $((n*2)); done; seq 1 3 | (while read x; do s=$((s+x)); done; echo $s); echo "[$s]"; shopt -s lastpipe; echo z | read v; echo $v
### redirect in loops
while read a b; do echo "$b-$a"; done <<< $'1 2\n3 4'; for i in a b; do cat; done <<< in
### exec command
(exec echo replaced; echo no); exec 5>&1; echo five >&5; (exec nosuch); echo $?; exec bash -c 'echo last; exit 9'; echo no
### command builtin
command echo hi; command -v echo cat if nosuch; echo $?; command -V echo; f() { echo func; }; f; command f; echo $?; echo() { builtin echo mine "$@"; }; echo x; command echo y; unset -f echo; builtin nosuch; builtin echo z
### coprocess text
select x in a b; do echo $x; break; done <<< 2
### comsub exit codes
x=$(exit 3); echo $?; echo $(exit 4); echo $?; local x=$(false); echo $?; f() { local y=$(false); echo $?; }; f; y=$(true) z=$(exit 6); echo $?
