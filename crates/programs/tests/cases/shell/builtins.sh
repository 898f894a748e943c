### printf
printf '%s %d %5d|%-5d|%05d|%x %X %o %c %%\n' str 42 42 42 42 255 255 8 char; printf '%s\n' a b c; printf '%s-%s\n' a b c; printf 'no newline'; echo; printf '%b\n' 'a\tb'; printf '%q\n' 'a b' "it's" '' '$x' a; printf '%.2f %5.1f %e %g\n' 3.14159 2.5 12345.678 0.0001; printf '%s\n'; printf '%d\n' 0x1F 010 "'A" -5 +3; printf '%5s|%-5s|%.2s\n' ab ab abc; printf '%*d\n' 5 42; printf -v x '%03d' 7; echo $x; printf '\x41\101\n'; printf '%s' ; printf '%i %u\n' 3 4; printf '%+d % d\n' 5 5; printf "%(%Y)T\n" 0
### printf errors
printf '%d\n' abc; echo $?; printf '%d\n' 12x; echo $?; printf; echo $?; printf '%z\n'; echo $?; printf '%d\n' ''; echo $?; printf -z; echo $?; printf 'a\cb'; echo
### read
echo "a b c" | { read x y; echo "$x|$y"; }; echo " a  b " | { read x; echo "[$x]"; }; echo 'a\tb\
c' | { read x; echo "$x"; }; echo 'a\tb' | { read -r x; echo "$x"; }; echo a:b:c | { IFS=: read x y z; echo "$x-$y-$z"; }; echo 'one two' | { read -a arr; echo ${arr[1]} ${#arr[@]}; }; echo abcdef | { read -n 3 x; echo $x; }; echo 'x,y' | { read -d , x; echo $x; }; read x < /dev/null; echo $? "[$x]"; echo reply | { read; echo $REPLY; }; printf 'no newline' | { read x; echo $? $x; }; echo 'a b c d' | { read x y; echo "[$y]"; }; read 1x; echo $?; printf 'a:b:' | { IFS=: read x y; echo "[$x][$y]"; }; read -u 9 x; echo $?
### read timeout
read -t 0.1 x < <(sleep 1); echo $(( $? > 128 ))
### mapfile
printf 'a\nb\nc\n' > f; mapfile -t a < f; echo ${#a[@]} "${a[@]}"; mapfile b < f; echo "${b[0]}"; readarray -t -n 2 c < f; echo ${c[@]}; mapfile -t -s 1 d < f; echo ${d[@]}; mapfile -t -d : e <<< "x:y:z"; echo "${e[@]}"; mapfile -t -O 5 a < f; echo ${!a[@]}
### declare
declare x=1 y; declare -p x y; declare -i n=3+4; declare -p n; declare -r ro=1; declare -p ro; declare -x ex=1; declare -p ex; declare -a a=(1 2); declare -p a; declare -A m=([k]=v); declare -p m; declare -l l=ABC; declare -p l; declare -p nope; echo $?; declare z='q"$'; declare -p z; declare -ix b=1; declare -p b; declare +x b; declare -p b; typeset t=5; echo $t; declare "v=with space"; echo $v; declare a[5]=x; echo ${!a[@]}
f() { declare loc=1; declare -g glob=2; }; f; echo "[$loc][$glob]"; declare -f f; declare -F f; declare 1a; echo $?; export 2b=c; echo $?; readonly q=1; readonly -p | cat > /dev/null; f2() { local -r lr=1; echo $lr; }; f2; local out; echo $?
### export
export A=1 B; B=2; printenv A B; export -p > /dev/null; export -n A; printenv A; echo $?; export "C=x y"; printenv C; export D=~ ; printenv D
### shift and set
set -- a b c; shift; echo $@; shift 2; echo $#; shift; echo $?; set -- x y; set -e; echo $-; set +e; echo $1; set - p q; echo $*; shift -1; echo $?; shift abc; echo $?; shift 1 2> /dev/null
### set options
set -o | head -n 3; set -o pipefail; set -o | head -n 30 | cat > f; set +o | head -n 2; set -o nosuch; echo $?; set -Z; echo $?; set -u +u; echo "$-"; [[ -o pipefail ]] && echo on
### getopts
f() { local OPTIND=1 o; while getopts 'ab:c' o; do echo "$o ${OPTARG-none} $OPTIND"; done; shift $((OPTIND-1)); echo "rest $@"; }; f -a -b val -c x y; f -ab val z; f -bval; f -x; f -b; f -- -a; f a -b; while getopts ':ab:' o -x -b; do echo "$o $OPTARG"; done; getopts; echo $?
### cd
mkdir -p a/b; cd a/b; pwd; cd ..; pwd; cd -; cd /nope; echo $?; cd /etc/passwd; echo $?; cd; pwd; cd /tmp; echo $OLDPWD $PWD; HOME=/; cd; pwd; unset HOME; cd; echo $?; cd a b; echo $?; cd ""; echo $?; cd -x; echo $?; cd ~+; pwd
### cd links
mkdir -p real/sub; ln -s real link; cd link; pwd; pwd -P; cd sub; cd ..; pwd; cd -P .; pwd; cd ../real; CDPATH=/tmp:/; cd etc; pwd
### pushd
mkdir a b; pushd a; pushd ../b; dirs; dirs -v; popd; popd; popd; echo $?; pushd; echo $?; pushd nope; echo $?; pushd a > /dev/null; pushd /tmp > /dev/null; pushd; dirs -p; pushd +1; popd +1; echo ~1
### type
f() { echo body; }; type f; type cd if cat; type -t f cd if cat nope; type -p cat; type -a echo | head -n 1; type nope; echo $?; alias zz=ls; type zz; shopt -s expand_aliases; type zz
### function printing
f() { if [ $1 ]; then echo a; elif false; then :; else echo b | cat; fi; for i in 1 2; do echo $i; done; while true; do break; done; case $1 in a|b) echo x;; *) echo y; echo z;; esac; (echo sub); { echo grp; }; x=1 y=2 cmd > out 2>&1 < in; echo a && echo b || echo c; echo bg & [[ a == b && ! -f c ]]; ((i++)); for ((i=0; i<3; i++)); do :; done; ! true; until false; do :; done; cat <<E
doc $x
E
echo end; }; type f
### history off
history; echo $?; fc 2>/dev/null; echo $? > /dev/null
### hash
hash; cat /dev/null; hash -t cat; hash -r; hash; hash nosuch; echo $?
### kill
kill -l 9; kill -l TERM; kill -l 143; kill; echo $?; kill abc; echo $?; kill %5; echo $?; kill -FOO 1; echo $?; kill 999999; echo $?; kill -s FOO 1; echo $?; kill -l FOO; echo $?
### umask
umask; umask 077; umask; umask -S; umask u=rwx,g=rx,o=; umask; umask -p; umask 999; echo $?; umask 022; touch f; ls f > /dev/null; umask g+w; umask
### wait
wait; echo $?; wait %1; echo $?; wait abc; echo $?; (exit 3) & wait -n; echo $?; wait -n; echo $?; sleep 0.1 & (exit 2) & wait -n; echo $?; wait; wait -p v -n; echo $?
### exit statuses
(exit 256); echo $?; (exit -1); echo $?; (exit abc); echo $?; (exit 1 2); echo $?; (return 2); echo $?; true extra; echo $?; : args; echo $?; false; echo $?
### let and source args
let; echo $?; let a=5 b=a+1; echo $a $b; let 'a++' ; echo $a; source; echo $?; . ; echo $?
### trap listing
trap 'echo x' EXIT; trap; trap - EXIT; trap 'a b' INT TERM; trap -p; trap x FOO; echo $?; trap; trap 2; trap -p; trap -l > /dev/null; trap -z; echo $?; trap
### shopt
shopt extglob; echo $?; shopt -s extglob; shopt extglob; echo $?; shopt -q nullglob; echo $?; shopt -p nullglob; shopt nosuch; echo $?; shopt -u extglob; shopt -o pipefail; shopt | head -n 2
### unalias and bad options
alias a=b; unalias a; unalias a; echo $?; unalias; echo $?; alias nope; echo $?; alias -x; echo $?; pwd -x; echo $?; unset -x; echo $?; read -z; echo $?; export -z; echo $?; declare -z; echo $?; type -z; echo $?; jobs -z; echo $?; wait -z; echo $?; hash -z; echo $?; cd -- /; pwd; echo -z; command -z; echo $?; exec -z; echo $?
### jobs listing
sleep 0.3 & sleep 0.3 & jobs; jobs -p > /dev/null; jobs -r | head -n 1; jobs %3; echo $?; fg; echo $?; bg; echo $?; disown %1; jobs; disown; jobs; disown %9; echo $?; wait
### caller and funcname
f() { g; }; g() { caller; caller 0; echo ${FUNCNAME[@]} ${BASH_LINENO[@]}; }; f; caller; echo $?
### echo to closed
echo a >&-; echo $?; printf x >&-; echo $?; pwd >&-; echo $?
### echo to full
echo a > /dev/full; echo $?; printf x > /dev/full; echo $?
### printf times
printf '%(%F %T)T\n' 86400; printf '%(%a %b %d %H:%M)T\n' 0
### dirs tilde
cd; dirs; pushd / > /dev/null; dirs; dirs -l; dirs -c; dirs
### ulimit and times
ulimit -c; ulimit -x > /dev/null; echo $?; ulimit abc; echo $?; times > /dev/null; echo $?
### compgen
compgen -W 'alpha beta alp' al; compgen -W 'x y' z; echo $?; compgen -b ec; complete -W 'a b' foo; echo $?
### help
help nosuch; echo $?; help -d cd > /dev/null; echo $?
