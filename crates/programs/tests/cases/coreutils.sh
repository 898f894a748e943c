### chmod
touch f; mkdir -p d/e; touch d/e/g
chmod 600 f; stat -c '%a %A' f; chmod u+x,go=r f; stat -c %a f; chmod -x f; stat -c %a f; chmod a=rw f; stat -c %a f; chmod +t d; stat -c %A d; chmod -R 700 d; stat -c %a d/e/g; chmod -v 644 f; chmod -c 644 f
### chmod: errors
chmod 644 nofile; echo $?; chmod; chmod 644; chmod zzz nofile; echo $?; chmod -z 1 f
### chown
touch f; chown 1:1 f; stat -c '%u %g %U %G' f; chown root f; stat -c '%u %g' f; chown :0 f; stat -c '%g' f; chgrp 1 f; stat -c %g f; chown nobodyx f; echo $?; chown root:nobodyx f; chown root nofile; chown root; chown
### stat
echo hello > f; mkdir d; ln -s f l; stat -c '%n %s %F %a' f d l; stat -L -c '%F' l; stat -c '%N' f; stat --printf '%s\n' f; stat nofile; echo $?; stat
### tac
printf 'a\nb\nc\n' | tac; printf 'a\nb' | tac; echo; printf 'x,y,z' | tac -s ,; echo; tac nofile; echo $?
### rev
printf 'abc\n한글\n' | rev
### nl
printf 'a\n\nb\n' | nl; printf 'a\n\nb\n' | nl -ba -w3 -s': '; printf 'a\nb\n' | nl -nrz -v5 -i5; printf 'a\n' | nl -n ln; nl -b z < /dev/null
### fold
echo 'the quick brown fox' | fold -w 8; echo 'the quick brown fox' | fold -s -w 8; echo abcdef | fold -3; fold -w x < /dev/null
### paste
printf '1\n2\n3\n' > a; printf 'x\ny\n' > b; paste a b; paste -d, a b; paste -s a b; paste -sd+ a; seq 6 | paste - - -; seq 4 | paste -d' ' - -; paste a nofile; echo $?
### join
printf 'a 1\nb 2\nc 3\n' > x; printf 'a X\nc Z\nd W\n' > y; join x y; join -a1 x y; join -v2 x y; join -o 1.1,2.2 x y; join -a 1 -e - -o 0,1.2,2.2 x y; printf '1:a\n' > p; printf '1:b\n' > q; join -t: p q; join x
### comm
printf 'a\nb\nc\n' > x; printf 'b\nc\nd\n' > y; comm x y; comm -12 x y; comm -3 x y; comm -23 x y; comm x; comm x nofile; echo $?
### expr
expr 1 + 2; expr 7 / 2; expr 7 % 3; expr 2 \* 3; expr \( 1 + 2 \) \* 3; expr abc : 'a\(.\)c'; expr abcd : 'ab'; expr length hello; expr substr hello 2 3; expr index hello l; expr 3 \> 2; expr a = b; echo $?; expr 0; echo $?; expr 5 - 10
### expr: errors
expr; echo $?; expr 1 +; expr 1 / 0; expr a + 1; echo $?; expr 1 2
### echo, printf, test, true as programs
env echo -n a; env echo ' b'; env printf '%s-%d\n' x 5; env test 1 -lt 2; echo $?; env test -f nofile; echo $?; env true; echo $?; env false; echo $?; env [ a = a ]; echo $?
### timeout
timeout 1 sleep 5; echo $?; timeout 5 echo ok; timeout 1 nosuch; echo $?; timeout x sleep 1; echo $?; timeout; echo $?
### tty
tty < /dev/null; echo $?
### seq
seq 3; seq 2 4; seq 5 -2 1; seq -s, 3; seq -w 8 11; seq 0.5 0.5 2; seq 1 0; seq x; echo $?; seq; echo $?; seq -f '%03g' 3; seq -f '%.1f' 1 0.5 2; seq 1 2 3 4; seq -2 0; seq 3 -1 1; seq 1 0.1 1.3; seq -s ' ' 1 3; seq 1 0 2
### uname and whoami
uname; uname -s; uname -m; whoami; id -u; id -g; id -G; id root; id -un; id -gn; id; id nobodyx; echo $?; uname -z; echo $?
### tee
echo a | tee f g; cat f g; echo b | tee -a f; cat f; echo x | tee /nonexistent/f; echo $?; tee --nope < /dev/null
### env
env -i A=1 B=2 env; env -u HOME A=1 sh -c 'echo "[$HOME] $A"'; env nosuch; echo $?; env -z; echo $?; env A=1 printenv A; printenv NOPE; echo $?
### cat
printf 'a\n\n\n\tb\n' > f; cat -n f; cat -b f; cat -s f; cat -A f; cat -E f; cat -T f; cat nofile; echo $?; cat .; cat --nope; echo x | cat - f; cat -z
### head and tail
seq 20 > f; head -n 3 f; head -3 f; head -c 5 f; head -n -17 f; tail -n 2 f; tail -2 f; tail -n +19 f; tail -c 4 f; seq 3 > g; head -n1 f g; tail -qn1 f g; head nofile; tail nofile; head -n x f; tail -n x f; echo $?; head -z; head -n 0 f; tail -c +48 f
### wc
printf 'a b\nc\n' > f; wc f; wc -l f; wc -w < f; wc -c f; wc -m f; wc -L f; wc f f; wc nofile; echo $?; printf 'x' | wc -l; wc -z
### sort
printf 'b 2\na 10\nc 1\n' > f; sort f; sort -r f; sort -k2 f; sort -k2n f; sort -k2,2nr f; printf '10\n9\n1\n' | sort; printf '10\n9\n1\n' | sort -n; printf 'a\nb\na\n' | sort -u; printf 'b,1\na,2\n' | sort -t, -k2; printf 'B\na\nC\n' | sort -f; sort -c f; echo $?; sort nofile; echo $?; sort -o g f; cat g; printf '1K\n2M\n3\n' | sort -h; printf 'v1.10\nv1.9\n' | sort -V; printf ' b\na\n' | sort -b; sort -z; printf 'Feb\nJan\n' | sort -M; sort -k x f
### uniq
printf 'a\na\nb\na\n' > f; uniq f; uniq -c f; uniq -d f; uniq -u f; printf 'A\na\n' | uniq -i; printf 'x 1\ny 1\n' | uniq -f 1; uniq nofile; echo $?; uniq -z; printf 'ab\nac\n' | uniq -w 1
### cut
printf 'a:b:c\nd\n' > f; cut -d: -f2 f; cut -d: -f1,3 f; cut -d: -f2- f; cut -s -d: -f1 f; cut -c1-3 f; cut -b2 f; cut -d: -f1 --complement f; cut -d: -f1,2 --output-delimiter=- f; cut f; cut -f0 f; cut -d ab -f1 f; cut -f 1 -c 1 f; cut -d: f; cut nofile -f1; echo $?; cut -f x f; cut -f 3-1 f
### tr
echo hello | tr a-y b-z; echo 'a  b' | tr -s ' '; echo abc | tr -d b; echo abc | tr '[:lower:]' '[:upper:]'; echo a1b2 | tr -dc '0-9\n'; echo 'a,b' | tr , '\n'; echo abc | tr -c 'b\n' X; tr; tr a; echo abc | tr -t abc x; tr -d a b; tr z-a b
### xargs
printf 'a b\nc\n' | xargs; printf 'a b\nc\n' | xargs -n1 echo x; printf 'a\nb\n' | xargs -I{} echo '<{}>'; printf 'a\0b c\0' | xargs -0 -n1 echo; echo | xargs -r echo none; echo | xargs echo none; printf "'a b' c\n" | xargs -n1 echo; echo a | xargs false; echo $?; echo a | xargs nosuch; echo $?; printf 'a,b' | xargs -d, -n1 echo; printf 'a\nb\n' | xargs -L1 echo l; echo 'x y' | xargs -t echo; xargs -z < /dev/null; printf "a'b" | xargs
### basename and dirname
basename /a/b.txt; basename /a/b.txt .txt; basename -a /x/y /z; basename -s .c a.c b.c; basename /; basename; dirname /a/b/c; dirname a; dirname /; dirname a/b /c/d; dirname; basename a b c
### mkdir, rmdir, rm
mkdir a; mkdir a; echo $?; mkdir -p a/b/c; mkdir x/y; rmdir a; rmdir a/b/c; rm a; rm -r a; rm nofile; echo $?; rm -f nofile; echo $?; mkdir -v n; rmdir -v n; rm; mkdir; mkdir -m 700 p; stat -c %a p; touch f; rm -v f; rmdir nofile; rm -z; mkdir -z
### cp and mv
echo 1 > a; cp a b; cat b; mkdir d; cp a d; ls d; cp -r d e; ls e; cp d f; echo $?; cp nofile x; cp a b nodir; mv a d/z; ls d; mv nofile x; mv b d e g; cp; cp a; mv; mv x; cp -v b c; mv -v c cc; mv -n b d/z; cat d/z; cp -z; mv d d/sub
### ln
echo 1 > a; ln -s a l; readlink l; cat l; ln -s a l; echo $?; ln -sf b l; readlink l; ln a h; cat h; ln nofile x; ln; mkdir d; ln -s ../a d; readlink d/a; readlink nofile; echo $?; readlink -f d/a | sed "s,$PWD,.,"; realpath nofile/x; echo $?
### touch
touch -d '2020-01-02 03:04:05' f; stat -c %y f; touch -t 202001020304.05 g; stat -c %Y g; touch -r f h; stat -c %Y h; touch -c n; ls n; touch /nonexistent/f; echo $?; touch; touch -d nonsense f; touch -z
### ls
mkdir d; touch d/b d/a d/.h; ls d; ls -a d; ls -A d; ls -1 d; ls -d d; ls nofile; echo $?; ls -r d; mkdir d/s; ls -F d; ls -p d; ls -R d; echo 12345 > d/a; ls -S d; ls --nope
### ls -l
mkdir d; echo hi > d/a; chmod 640 d/a; touch -d '2020-05-06 07:08' d/a; ln -s a d/l; ls -l d/a; ls -ln d/a; ls -lh d/a; ls -l --time-style=long-iso d/a; ls -l --full-time d/a; ls -og d/a
### base64
echo hello | base64; echo aGVsbG8K | base64 -d; printf '%080d' 0 | base64; printf '%080d' 0 | base64 -w 0; echo; echo '!!' | base64 -d; echo $?; base64 nofile; echo $?; base64 -z; echo -n 'a' | base64 --decode; echo $?
### date
date -u -d @0; date -u -d '2026-01-02 03:04:05' '+%F %T %j %a %b %e %s %Z %z %y %I %p %u %H:%M %N'; date -u -d '2026-03-01 - 1 day' +%F; date -u -d '2026-01-01 + 2 weeks' +%F; date -u -d '2026-01-01T10:00:00Z' -Iseconds; date -u -d @86400 -R; date -u -d @0 --rfc-3339=seconds; date -u -d '2020-01-01 3 days ago' +%F; TZ=Asia/Seoul date -d @0 '+%F %T %Z'; date -d nonsense; echo $?; date nonsense; date +%F extra; date -z; date -u -d '10:30' +%H:%M; date -u -d @0 '+%-d %_d %^a %B %A %C %D %R %r %c %x %X %q %:z'
### sleep
sleep; sleep x; echo $?; sleep 0.01; sleep 0 0; sleep -z
### which
which ls | sed 's,^/usr,,'; which nosuch; echo $?; which
### mktemp
f=$(mktemp ./x.XXXXXX); test -f $f && echo made; d=$(mktemp -d ./d.XXX); test -d $d && echo folder; mktemp x.X; echo $?; rm $f
### yes
yes | head -n 2; yes a b | head -n 1
### df and du
mkdir d; head -c 5000 /dev/zero > d/f; du -a --apparent-size -b d/f; du -sh d/f; du nofile; echo $?; du -d x d; df nofile; echo $?
### nohup and nproc
nohup echo x 2>/dev/null; nohup nosuch; echo $?; nohup; echo $?
### pgrep and kill
sleep 100 & env kill $!; wait $!; echo $?; env kill 999999; echo $?; env kill -0 $$; echo $?; env kill x; echo $?; pgrep nosuchprogram; echo $?
