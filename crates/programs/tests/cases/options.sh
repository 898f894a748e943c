### grep: counts and lists
printf 'a\nb\nab\n' > f; printf 'c\n' > g; grep -c a f; grep -l a f g; grep -L a f g; grep -n b f; grep -v a f; grep -o . f | head -3; grep -m 1 a f; grep -q a f; echo $?; grep z f; echo $?
### grep: words, lines and case
printf 'foo\nfoobar\nFOO bar\n' > f; grep -w foo f; grep -x foo f; grep -i foo f; grep -iw FOO f; grep -e foo -e bar f; grep -F 'o.' f; echo $?; printf 'foo\n' > p; grep -f p f
### grep: context
seq 10 > f; grep -A1 3 f; grep -B1 3 f; grep -C1 5 f; grep -A1 -e 2 -e 7 f; grep -n -A1 9 f
### grep: basic and extended
printf 'aa\nab+\na{2}\n(x)\na|b\n' > f; grep 'a\{2\}' f; grep -E 'a{2}' f; grep 'b+' f; grep -E 'b\+' f; grep '(x)' f; grep '\(x\)' f; grep 'a\|b' f; grep -E 'a\|b' f; grep '^a.$' f; grep -E '^(a|\()' f
### grep: classes and anchors
printf 'a1\nB_2\n c\n\nx-y\n' > f; grep '[[:digit:]]' f; grep '^[[:space:]]' f; grep -c '^$' f; grep '[^a-z0-9]' f; grep '\w\+-\w' f; grep '\bc' f; grep -v '^$' f; grep '[]-]' f
### grep: perl
printf 'key: value\nfoo123\ntab\there\n' > f; grep -oP '\d+' f; grep -oP 'key: \K\w+' f; grep -P '\t' f; grep -oP '(?<=foo)\d' f; grep -cP '^\w+$' f
### grep: folders and names
mkdir -p d/e; echo x1 > d/a.txt; echo x2 > d/e/b.md; grep -r x d | sort; grep -rh x d | sort; grep -rl x d | sort; grep -r --include='*.md' x d; grep -r --exclude='*.md' x d; grep x d; echo $?; grep -s x nofile; echo $?; grep x nofile; echo $?; grep -H x1 d/a.txt; grep -h x d/a.txt d/e/b.md
### grep: input and errors
echo abc | grep -b b; echo abc | grep --color=never b; grep; echo $?; grep -E '(' /dev/null; echo $?; grep '[' /dev/null; echo $?; grep -E 'a{1' /dev/null; echo $?; echo 'a{1' | grep -E 'a{1'; grep -e
### sed: substitutions with flags
echo aaa | sed 's/a/b/2'; echo aaa | sed 's/a/b/g'; echo abc | sed 's/b/[&]/'; echo abc | sed 's/\(a\)\(b\)/\2\1/'; echo abc | sed -E 's/(a)(b)/\2\1/'; echo ABC | sed 's/b/x/I'; echo a/b | sed 's|/|:|'; echo abc | sed -n 's/b/x/p'; echo aXbX | sed 's/X/\n/g'; echo hello | sed 's/l*o/0/;s/h/\U&/'
### sed: addresses and ranges
seq 6 > f; sed -n 2p f; sed -n '2,4p' f; sed '2,4d' f; sed -n '$p' f; sed '1d;$d' f; sed -n '/3/,/5/p' f; sed -n '2,+1p' f; sed -n '0~2p' f; sed '/[24]/!d' f; sed -n '3,$p' f; sed -n '/2/{p;n;p}' f
### sed: inserting and changing
printf 'a\nb\n' > f; sed '1i top' f; sed '$a end' f; sed '/a/c changed' f; sed 'a\
two\
lines' f; sed '1a\  indented' f; sed -e 1d -e 's/b/c/' f; sed '1r f' f; sed 's/a/x/w out' f; cat out
### sed: in place
printf 'a\nb\n' > f; sed -i 's/a/A/' f; cat f; sed -i.bak 's/b/B/' f; cat f f.bak; sed -i -e '1d' f; cat f; sed -i 's/x/y/' nofile; echo $?; sed -n '$=' f; sed --quiet p f; sed -s -n '$p' f f.bak
### sed: hold space and loops
seq 3 | sed -n '1!G;h;$p'; seq 4 | sed 'N;s/\n/-/'; printf 'a\\\nb\n' | sed -e ':x' -e '/\\$/N; s/\\\n//; tx'; seq 3 | sed -n 'H;${x;s/\n/,/g;p}'; echo abc | sed 'y/abc/xyz/'; seq 5 | sed 3q; seq 5 | sed -n '2{p;q}'; printf 'a\n\n\nb\n' | sed '/^$/N;/\n$/D'; echo one | sed 'l;d'; seq 2 | sed =
### sed: kubernetes lines
printf 'image: nginx:1.10\n  replicas: 1\n' > d.yaml; sed 's/nginx:1.10/nginx:1.11/' d.yaml; sed -E 's/(replicas: ).*/\13/' d.yaml; sed -i "s/replicas: 1/replicas: $((2+3))/" d.yaml; cat d.yaml; sed -n 's/^image: //p' d.yaml; sed 's#nginx#my/repo/nginx#' d.yaml; sed '/replicas/s/^ *//' d.yaml
### sed: errors
echo | sed 's/a/b'; echo $?; echo | sed 'k'; echo $?; echo | sed 's/(/x/' ; echo | sed -E 's/(/x/'; echo $?; sed p nofile; echo $?; echo | sed '{p'; echo $?; echo | sed '3,'; echo $?
### sort: keys
printf 'b 2\na 10\nc 1\n' > f; sort f; sort -r f; sort -k2 f; sort -k2n f; sort -k2,2nr f; sort -t' ' -k1,1 f; printf '3\n1\n2\n1\n' | sort -u; printf '10\n9\n' | sort -n; printf '2K\n1M\n3\n' | sort -h; printf 'v1.10\nv1.9\n' | sort -V; printf 'b\nA\na\n' | sort -f; sort -c f; echo $?; sort -o f f; cat f
### sort: stable, ignoring and merging
printf 'x 1\ny 1\na 1\n' | sort -s -k2,2; printf ' b\na\n' | sort -b; printf 'a:2:x\nb:1:y\n' | sort -t: -k2; printf 'a\nc\n' > f; printf 'b\n' > g; sort -m f g; printf '1e2\n5\n' | sort -g; printf 'mar\njan\n' | sort -M; printf 'b\0a\0' | sort -z | tr '\0' '\n'; sort nofile; echo $?; printf 'a a\na b\n' | sort -k1,1 -u
### uniq: options
printf 'a\na\nb\nc\nc\nc\n' > f; uniq f; uniq -c f; uniq -d f; uniq -u f; uniq -D f; printf 'A\na\n' | uniq -i; printf 'x a\ny a\n' | uniq -f1; printf 'xa\nya\n' | uniq -s1; uniq f out; cat out; printf 'aab\naac\n' | uniq -w2
### cut: fields and characters
printf 'a:b:c\nd:e:f\n' > f; cut -d: -f2 f; cut -d: -f1,3 f; cut -d: -f2- f; cut -c1-3 f; cut -c2 f; cut -b1 f; cut -d: -f1 --output-delimiter=- f; cut -d: -f1,2 --output-delimiter=- f; echo nodelim | cut -d: -f2; echo nodelim | cut -d: -s -f2; printf 'a\tb\n' | cut -f2; cut -d: --complement -f2 f; cut; echo $?; cut -f0 f; echo $?; cut -d ab -f1 f; echo $?
### tr: sets
echo hello | tr a-y b-z; echo hello | tr -d l; echo aabbcc | tr -s a-c; echo hello | tr -c 'a-z\n' X; echo 'A1 b2' | tr -cd '[:alnum:]'; echo; echo abc | tr '[:lower:]' '[:upper:]'; echo 'a b' | tr ' ' '\n'; echo abc | tr abc xy; echo abc | tr -t abc xy; printf 'a\r\n' | tr -d '\r'; echo abc | tr 'a-c' '[x*]'; echo a.b | tr . _; tr; echo $?; echo a | tr a; echo $?; echo 'a  b' | tr -s ' '
### head and tail: forms
seq 20 > f; head -3 f; head -n 2 f; head -n -17 f; head -c 5 f; tail -2 f; tail -n +19 f; tail -c 3 f; head -n 1 f f; tail -qn 1 f f; head -vn 1 f; tail -n 0 f; head nofile; echo $?; head -n x f; echo $?; seq 3 | tail -n 1; seq 5 | head -n 3 | tail -n 1; head -n 1k f | wc -l
### wc: counts
printf 'a b\nc\n' > f; wc f; wc -l f; wc -w < f; wc -c f; printf 'é\n' | wc -m; printf 'é\n' | wc -c; wc f f; wc -L f; wc -l nofile; echo $?; printf 'x' | wc -l; wc -lw f; wc -l < f | tr -d ' '
### seq: forms
seq 3; seq 2 4; seq 1 2 7; seq 3 -1 1; seq -s, 3; seq -w 8 10; seq 0.5 0.5 1.5; seq -f 'n%03g' 2; seq 0; echo "[$(seq 2 1)]"; seq x; echo $?; seq; echo $?; seq 1 0 3; echo $?; seq -5 -3
### paste and join: options
printf '1\n2\n' > a; printf 'x\ny\nz\n' > b; paste a b; paste -d, a b; paste -s a; paste -sd+ b; paste - - < b; printf '1 a\n2 b\n' > j; printf '1 x\n3 y\n' > k; join j k; join -a1 j k; join -v1 j k; join -t' ' -o 1.2,2.2 j k; join -a1 -a2 -e- -o 0,1.2,2.2 j k
### comm and nl: options
printf 'a\nb\n' > a; printf 'b\nc\n' > b; comm a b; comm -12 a b; comm -23 a b; comm -3 a b; nl a; nl -ba -w2 -s': ' a; printf 'x\n\ny\n' | nl; nl -v5 -i2 a; cat -n a; cat -b a; cat -A a; cat -s a; cat -E a; printf 'a\tb\n' | cat -T
### fold, fmt, expand, column
echo abcdefghij | fold -w 4; echo 'the quick brown fox' | fold -s -w 10; printf 'a b\nccc d\n' | column -t; printf 'a:b\n' | column -t -s:
### tee: several files
echo x | tee a b; cat a b; echo y | tee -a a > /dev/null; cat a; echo z | tee /nodir/f; echo $?
### base64: both ways
echo -n hello | base64; echo aGVsbG8= | base64 -d; echo; echo aGVsbG8= | base64 --decode; echo; head -c 80 /dev/zero | base64; head -c 80 /dev/zero | base64 -w 0; echo; echo -n 'a b' | base64 -w0; echo; echo '!!!' | base64 -d; echo $?; echo 'aGVs bG8=' | base64 -di; echo; base64 nofile; echo $?; printf 'user:pass' | base64 | base64 -d; echo
### date: formats
export TZ=UTC; date -d @0; date -u -d @86400 +%F; date -d '2024-02-29 12:34:56' '+%Y/%m/%d %H-%M-%S %j %u %w %a %A %b %B %y %e %I %p %Z %z %s %%'; date -d 2024-01-31 +%D%n%T%t%R; date -d '2024-03-01 -1 day' +%F; date -d '2024-01-01 +1 week' +%F; date -d '2024-01-15 next month' +%F; date -Iseconds -d @0; date -I -d @0; date -R -d @0; date +%; date -d nonsense; echo $?; date --date=@1700000000 +%s; date -d '1 Jan 2024' +%F; date -d 'Jan 5, 2024 10:00' +%F 2>/dev/null; date -d '2024-01-31 + 1 month' +%F; date -d @0 +%N; date -d @0 +%-d/%-m; date -d @0 +%3N
### xargs: forms
seq 3 | xargs; seq 5 | xargs -n 2 echo; seq 3 | xargs -I{} echo 'n{}!'; printf 'a b\nc\n' | xargs -L 1 echo; printf 'a\0b c\0' | xargs -0 -n1 echo; echo "'q x' y" | xargs -n1; true | xargs echo none; true | xargs -r echo none; seq 3 | xargs -P 2 -n 1 echo | sort; echo a,b | xargs -d, -n1 echo; echo x | xargs -t echo; seq 2 | xargs -I % sh -c 'echo %; exit 1'; echo $?; echo x | xargs nosuchcmd; echo $?; echo 'a' | xargs false; echo $?
### xargs: trouble
echo "it's" | xargs; echo $?; seq 3 | xargs -n x; echo $?; xargs -a /dev/null -r echo; printf '1\n2\n' > f; xargs -a f echo; echo one two | xargs sh -c 'echo "$0-$1"'; seq 3 | xargs -i echo v{}; seq 4 | xargs -s 20 echo
### find: by name and type
mkdir -p d/sub; touch d/a.txt d/B.TXT d/sub/c.txt d/.hid; find d | sort; find d -name '*.txt' | sort; find d -iname '*.txt' | sort; find d -type d | sort; find d -type f -not -name '*.txt' | sort; find d -maxdepth 1 -type f | sort; find d -mindepth 2; find d -path '*sub*' | sort; find d -name a.txt -o -name c.txt | sort; find d -empty | sort; find d -regex '.*/[ac]\.txt' | sort
### find: actions
mkdir d; touch d/1 d/2; find d -type f -exec echo {} \; | sort; find d -type f -exec echo {} + | tr ' ' '\n' | sort; find d -type f -print0 | sort -z | tr '\0' ,; echo; find d -name 1 -delete; ls d; find d -type f -printf '%f %s %m\n'; find d -type f -quit; find nodir; echo $?; find d -nope; echo $?; find d -type q; echo $?; find d -exec echo; echo $?
### find: size, time, permission
mkdir d; head -c 2000 /dev/zero > d/big; touch d/small; touch -d 2020-01-01 d/old; chmod 600 d/small; find d -type f -size +1k; find d -size 0 | sort; find d -type f -mtime +30; find d -newer d/old -type f | sort; find d -perm 600; find d -type f -size -1 | sort; find d -type f -size 2000c; find d -user root -name small; find d -type f ! -perm -u+x | wc -l; find d -prune; find d -path d/big -prune -o -type f -print | sort
### tar: create, list, extract
mkdir -p d/e; echo 1 > d/a; echo 2 > d/e/b; tar cf t.tar d; tar tf t.tar | sort; tar czf t.tgz d; tar tzf t.tgz | sort; mkdir x; tar xf t.tar -C x; cat x/d/e/b; tar xzvf t.tgz | sort; tar cvf t2.tar -C d a; tar xOf t2.tar; tar tf nofile.tar; echo $?; tar cf - d | tar tf - | wc -l; tar xf t.tar d/a; tar --exclude='b' -cf t3.tar d; tar tf t3.tar | sort; tar -xf t.tar --strip-components=1; ls; tar; echo $?; rm -f *.tar *.tgz
### diff: formats and statuses
printf 'a\nb\nc\n' > x; printf 'a\nB\nc\nd\n' > y; diff x y; echo $?; diff x x; echo $?; diff -q x y; diff -u x y | tail -n +3; diff -i x y; diff x nofile; echo $?; diff -s x x; mkdir p q; cp x p; cp y q/x; diff -r p q; diff <(echo 1) <(echo 2); diff -w <(echo 'a b') <(echo 'a  b'); echo $?
### cmp and sums
printf abc > x; printf abd > y; cmp x y; echo $?; cmp x x; echo $?; cmp -s x y; echo $?; md5sum x; sha1sum x; sha256sum x y; sha256sum x > s; sha256sum -c s; echo bad > x; sha256sum -c s; echo $?; sha256sum nofile; echo $?; echo -n | md5sum; sha512sum < y | cut -c1-20
### cp: ways
echo 1 > a; mkdir d; cp a d; cp a b; cp -r d e; ls e; cp d f; echo $?; cp a b d; ls d; cp -v a c; cp nofile x; echo $?; cp a; echo $?; cp a d/new; cp -p a p; cp -n a b; cp -a d g; ls g; cp -t d a; cp a b nodir/; echo $?; ln -s a l; cp -P l m; readlink m; cp l n; cat n; cp -u a b; cp -i a b < /dev/null; echo $?
### mv, rm and rmdir: ways
echo 1 > a; mv a b; ls; mkdir d; mv b d; mv d/b .; mv -v b c; mv nofile x; echo $?; mv c d/; rm d/c; rm nofile; echo $?; rm -f nofile; echo $?; rm d; echo $?; rmdir d; mkdir -p x/y; rmdir x; echo $?; rmdir -p x/y; mkdir z; rm -r z; rm; echo $?; touch q; rm -v q; mkdir -p m/n; rm -rfv m; rm -i q < /dev/null; echo $?; mkdir -m 700 s; stat -c %a s; mkdir s; echo $?; mkdir -p s; mkdir no/way; echo $?; mkdir -pv v/w; touch 'a b'; rm 'a b'; rm -rf /; echo $?
### ln and readlink: ways
echo 1 > a; ln -s a l; ls -l l | sed 's/.* l/l/'; cat l; ln a h; ln -s a l; echo $?; ln -sf h l; readlink l; readlink -f l; readlink a; echo $?; mkdir d; ln -s ../a d/l; cat d/l; readlink -f d/l; ln -s nowhere broken; cat broken; ls broken; ln -sv a v; ln nofile x; echo $?; realpath d/../a; ln -sfn d ld; ln -s a b c; echo $?; readlink -e broken; echo $?
### basename, dirname, pwd
basename /a/b.txt; basename /a/b.txt .txt; basename -a x/y z/w; basename -s .c a.c b.c; dirname /a/b; dirname a; dirname /; dirname a/b/ c/d; basename /; basename; echo $?; dirname; echo $?; mkdir d; cd d; pwd; /bin/pwd; basename "$PWD"
### stat and chmod: ways
echo hi > f; chmod 640 f; stat -c '%n %s %a %A %U %G %F' f; chmod u+x,g-r f; stat -c %A f; chmod a=r f; stat -c %a f; chmod -R 755 .; chmod +x f; chmod 999 f; echo $?; chmod u+z f; echo $?; chmod 644 nofile; echo $?; mkdir d; stat -c '%F %a' d; chmod -v 600 f; chmod g=u f; stat -c %a f; stat nofile; echo $?; chmod o-rwx,u=rw f; stat -c %A f; stat -c '%i' f | grep -c '^[0-9]*$'; chmod --reference=d f; stat -c %a f; umask 077; touch n; stat -c %a n
### ls: ways
mkdir d; echo 12345 > b; touch a .h; ls; ls -a; ls -A; ls -1; ls d; ls -d d; ls -F; ls -r; ls nofile; echo $?; ls a nofile b; echo $?; ls -S; ls -R; ls *; touch -d 2020-01-01 old; ls -t | tail -1; ls -tr | head -1; ls -l b | cut -d' ' -f1-2; ls -lh b | awk '{print $5}'; ls -p; ls --nope; echo $?; ls -i a | grep -c a; ls -n b | awk '{print $3,$4}'; ls -X
### touch and mktemp
touch a; [ -f a ] && echo made; touch -d '2021-03-04 05:06:07' a; stat -c %y a | cut -c1-19; touch -r a b; stat -c %y b | cut -c1-10; touch -c none; ls; touch -t 202201020304 c; stat -c %y c | cut -c1-16; touch /nodir/x; echo $?; touch; echo $?; t=$(mktemp); [ -f $t ] && echo temp; d=$(mktemp -d); [ -d $d ] && echo dir; mktemp x.XXXX | wc -c; mktemp bad.XX; echo $?; touch -d bogus a; echo $?
### du and df
mkdir d; head -c 3000 /dev/zero > d/f; du -b d/f; du -sh d/f; du -a d | wc -l; du -s d | cut -f2; du nofile; echo $?; df . > /dev/null; echo $?; df -h / | head -1 | awk '{print $1}'; du -bc d/f | tail -1; df nofile; echo $?
### env: ways
env -i A=1 env; env A=b sh -c 'echo $A'; env -u HOME sh -c 'echo ${HOME-none}'; A=1 env | grep ^A=; env nosuch; echo $?; env -i; printenv HOME; printenv NOPE; echo $?; env X=1 Y=2 printenv Y; env - P=q env; env --nope; echo $?; env -C / pwd
### od and hexdump: ways
printf 'AB\n\0' | od -c; printf 'AB' | od -An -tx1; printf 'ABCD' | od -tx2; printf 'AB' | od -b; printf 'ABC' | od -An -td1; printf '0123456789abcdefXY' | od -A d -c; printf 'hello' | hexdump -C; printf 'AB' | hexdump; printf 'ABCDEF' | od -j2 -N2 -c; printf 'AB' | xxd; printf 'AB' | xxd -p; echo 4142 | xxd -r -p; echo; printf 'abc' | od -An -tu1 -w1; printf 'hello world 12345' | xxd -l 5; head -c 40 /dev/zero | od -c
### awk: fields and output
printf 'a b c\nd e f\n' > f; awk '{print $2}' f; awk '{print $NF, NR}' f; awk -F: '{print $1}' /etc/passwd | head -1; awk 'NR==2' f; awk '/d/{print "hit"}' f; awk '{$2="X"; print}' f; awk -v v=5 'BEGIN{print v*2}'; awk 'END{print NR}' f; awk '{print $1 > "out-" $1}' f; cat out-d; awk 'BEGIN{OFS="-"} {$1=$1; print}' f; awk '{s=s $1} END{print s}' f; awk 'length > 4' f; awk '$1=="a",$1=="d"' f
### awk: functions of text
awk 'BEGIN{print length("abc"), substr("hello",2,3), index("hello","l"), toupper("a"), tolower("B"), sprintf("%05.2f|%-5s|%3d", 3.14159, "ab", 7)}'; echo 'a:b:c' | awk '{n=split($0,p,":"); print n, p[3]}'; echo aaa | awk '{gsub(/a/,"b"); print; sub(/b/,"&&"); print}'; awk 'BEGIN{if (match("foobar",/o+/)) print RSTART, RLENGTH}'; awk 'BEGIN{print 7%3, 2^10, int(3.9), -7/2, 1e3, 0.1+0.2, 100000000}'; awk 'BEGIN{printf "%s %d %x %o %c %e\n", "s", 42.9, 255, 8, 65, 12345.678}'
### awk: tables as kubectl prints them
printf 'NAME READY STATUS\nweb-1 1/1 Running\nweb-2 0/1 Pending\n' > p; awk 'NR>1 {print $1}' p; awk '$3!="Running" && NR>1 {print $1": "$3}' p; awk '{c[$3]++} END{for (k in c) print k, c[k]}' p | sort; awk 'NR>1 {split($2,r,"/"); if (r[1]<r[2]) print $1}' p; awk '{printf "%-10s|%5s|\n", $1, $2}' p; awk 'NR>1{print $1 | "sort -r"}' p; awk -F'[ /]' 'NR==2{print $3}' p; awk 'NR==1 || /web-2/' p
### expr and printf programs
expr 1 + 2; expr 3 '*' 4; expr 7 / 2; expr 7 % 3; expr 5 '>' 3; expr a = a; expr length hello; expr substr hello 2 3; expr index hello l; expr hello : 'h\(.*\)o'; expr 1 - 1; echo $?; expr a + 1; echo $?; expr; echo $?; expr 1 / 0; echo $?; expr 2 '|' 0; expr 0 '&' 1; expr '(' 1 + 2 ')' '*' 3; /bin/printf '%s-%03d\n' a 7; /bin/echo -e 'a\tb'; /bin/echo -n x; echo; expr match abc 'a.'
### timeout, sleep, yes, nohup
timeout 0.1 sleep 5; echo $?; timeout 5 true; echo $?; timeout 5 sh -c 'exit 3'; echo $?; timeout -s KILL 0.1 sleep 5; echo $?; timeout nosuch; echo $?; timeout 1 nosuch; echo $?; sleep 0; echo $?; sleep x; echo $?; sleep; echo $?; yes | head -2; yes a b | head -1; sleep 0.01 0.01; timeout --preserve-status 0.1 sleep 5; echo $?; timeout -k 1 0.1 sleep 3; echo $?
### tac, rev, split, shuf
seq 3 | tac; echo abc | rev; seq 3 > f; tac f f | head -2; printf 'a,b' | tac -s,; echo; echo 'a b' | rev; tac nofile; echo $?; rev nofile; echo $?; printf 'no newline' | rev; echo
### id, whoami, hostname, uname
id -u; id -un; id -g; whoami; uname -s; uname -m; uname -o; id root; id -G; id nouser; echo $?; uname -sm; logname > /dev/null 2>&1; whoami x; echo $?; uname -z; echo $?; groups
### kill and ps
sleep 100 & kill $!; wait $!; echo $?; sleep 100 & p=$!; kill -9 $p; wait $p 2>/dev/null; echo $?; kill 999999; echo $?; /bin/kill -l 9; ps -p $$ -o pid= | grep -c "$$"; ps -o comm= -p $$; pgrep -x nosuchproc; echo $?; ps -ef | head -1 | awk '{print $1,$2,$3}'; sleep 50 & pkill -f 'sleep 50'; wait $! 2>/dev/null; echo $?; killall nosuchproc; echo $?
### jq: common filters
echo '{"a":{"b":[1,2,{"c":"x"}]},"n":null}' > f; jq . f; jq -c . f; jq -r '.a.b[2].c' f; jq '.a.b|length' f; jq '.a.b[0:2]' -c f; jq '.n // "d"' f; jq 'keys' -c f; jq '.a.b[]' -c f; jq '.nope' f; jq '.a|has("b")' f; jq -c 'to_entries|map(.key)' f; jq -c '.a.b|map(numbers)|add' f; jq '.a.b[].c?' f; jq -e '.n' f; echo $?; jq '.a.b.c' f; echo $?; jq -c 'paths' f; jq '[.a.b[]|type]' -c f
### jq: lists of kubernetes
echo '{"items":[{"metadata":{"name":"b","labels":{"app":"x"}},"status":{"phase":"Running"}},{"metadata":{"name":"a"},"status":{"phase":"Pending"}}]}' > l; jq -r '.items[].metadata.name' l; jq -r '.items[]|select(.status.phase=="Running").metadata.name' l; jq -c '[.items[]|{n:.metadata.name,p:.status.phase}]' l; jq -r '.items|sort_by(.metadata.name)|.[].metadata.name' l; jq -r '.items[]|"\(.metadata.name)=\(.status.phase)"' l; jq -r '.items[]|[.metadata.name,.status.phase]|@tsv' l; jq '.items|group_by(.status.phase)|map({(.[0].status.phase):length})|add' -c l; jq -r '.items[].metadata.labels.app // "none"' l; jq '[.items[]|select(.metadata.labels.app)]|length' l; jq '.items|map(.status.phase)|unique|join(",")' l; jq --arg n a -r '.items[]|select(.metadata.name==$n).status.phase' l; jq -r '.items[0].metadata|@base64' l; jq 'del(.items[1])|.items|length' l; jq '.items[0].status.phase="Failed"|.items[0].status' -c l; jq 'any(.items[];.status.phase=="Pending")' l; jq -r '.items|first|.metadata|keys[]' l
### jq: text and numbers
jq -n '"a,b"|split(",")' -c; jq -n '"abc"|test("b"), sub("b";"x"), ascii_upcase, length, .[1:]'; jq -n '"x"*3, ("a"|ltrimstr("a")), ("abc"|startswith("ab")), ([1,2]|contains([1]))'; jq -n '1/3, 10/2, 1e3, (5|floor), ([3,1,2]|sort|reverse), ([1,2,3]|min,max,add)' -c; jq -n '[limit(3;range(10))], [range(0;10;3)], ([1,[2]]|flatten)' -c; jq -rn '"a\tb", ("2024-01-01T00:00:00Z"|fromdateiso8601), (0|todate)'; jq -n '$x+1' --argjson x 4; jq -R . <<< 'raw text'; jq -s . -c <<< '1 2'; jq -j '.[]' <<< '["a","b"]'; echo; jq -n 'input' <<< 7; jq --tab . <<< '{"a":1}'; jq -S -c . <<< '{"b":1,"a":2}'; jq -n '[1,2]|index(2), (.[]|tostring)' -c; jq -n 'reduce (1,2,3) as $i (0;.+$i), ([foreach (1,2) as $i (0;.+$i)])' -c; jq -n 'if 1==1 then "y" else "n" end, (try error("e") catch .), ("a" as $v|$v+$v)'
### openssl: a certificate of its own
openssl genrsa -out k.pem 2048 2>/dev/null; head -1 k.pem; openssl req -x509 -new -nodes -key k.pem -subj '/CN=ca/O=acme' -days 10 -out ca.pem; openssl x509 -in ca.pem -noout -subject -issuer; openssl x509 -in ca.pem -noout -text | grep -E 'Issuer:|Subject:|Version:'; openssl verify -CAfile ca.pem ca.pem; openssl rand -hex 4 | wc -c; openssl rand -base64 6 | wc -c; openssl x509 -in ca.pem -noout -enddate | cut -d= -f1; rm k.pem ca.pem
### which and type of programs
which ls; which nosuch; echo $?; which ls nosuch; echo $?; which -a ls | head -1; command -v cat; type ls
### here and there: pipelines of programs
printf 'web 3\ndb 1\nweb 2\n' | awk '{s[$1]+=$2} END {for (k in s) print k, s[k]}' | sort | column -t; echo 'a-b-c' | tr - '\n' | paste -sd, ; cat /etc/passwd | cut -d: -f1 | grep root; seq 5 | paste -sd+ | xargs expr 2>/dev/null || seq 5 | awk '{s+=$1} END{print s}'; printf 'x=1\ny=2\n' | while IFS== read k v; do echo "$k:$v"; done; echo '{"k":"dmFsdWU="}' | jq -r .k | base64 -d; echo; seq 3 | sed 's/.*/item &/' | tee list | wc -l; cat list | xargs -d '\n' -n1 printf '[%s]\n'; find . -name list | xargs cat | head -1; yes | head -3 | sort | uniq -c | tr -s ' '
### column: tables
printf 'NAME READY\nweb-1 1/1\nlong-name 0/1\n' | column -t; printf 'a,b,,d\n1,2,3,4\n' | column -t -s,; printf 'a b\nc d\n' | column -t -o ' | '; printf '\nx   y\n\n' | column -t; column -t nofile; echo $?
### grep: what perl keeps
echo 'image: nginx:1.25' | grep -oP 'image: \K.*'; echo 'a=1 b=2' | grep -oP '(?<=b=)\d'; echo 'price 10 EUR' | grep -oP '\d+(?= EUR)'; printf 'x1y2\n' | grep -oP '[a-z]\K\d'; echo 'k: v' | grep -cP 'k:\s+\Kv'; echo '"name": "web"' | grep -oP '"name": "\K[^"]+'; echo none | grep -oP 'x\Ky'; echo $?
### date: months and years
export TZ=UTC; date -d '2024-01-31 next month' +%F; date -d '2024-03-31 last month' +%F; date -d '2024-02-29 +1 year' +%F; date -d '2024-05-10 2 months ago' +%F; date -d '3 Mar 2023' +%F; date -d 'Mar 3 2023' +%F; date -d '12 December 2022' +%d.%m.%y
### kill: names of signals
/bin/kill -l 15; /bin/kill -l TERM; /bin/kill -l KILL; kill -l 137; kill -l 2 9; kill -9 999999; echo $?
### ps: chosen columns
ps -o comm= -p $$; ps -o pid= -p $$ | tr -d ' ' | grep -cx $$; sleep 20 & ps -o comm= -p $!; kill $!; ps -p 999999 > /dev/null; echo $?
### users: whoami and groups
whoami; groups; id -un; id -gn; whoami extra; echo $?; id -u root
### head and tail of several things
for i in 1 2 3; do echo "line $i"; done > f; head -n -1 f; tail -n +2 f | head -n 1; tail -n1 < f; head -2 < f | tail -1; cat f f | tail -n 4 | head -n 2; printf 'x' | tail -c 1; echo; head -c -3 f | tail -c 4; tail -n -1 f; tail +2 f; echo $?
### sort and uniq together
printf 'b a\na b\nb a\n' | sort | uniq -c | sort -rn | awk '{print $2}'; printf '3 c\n1 a\n2 b\n' | sort -k1,1nr | cut -d' ' -f2 | paste -sd,; printf '1.5\n1.25\n10\n' | sort -g; printf 'a10\na9\n' | sort -V; printf 'B\na\nC\n' | sort; printf 'B\na\nC\n' | sort -f; printf '10M\n1G\n5K\n' | sort -hr
### tr: classes and ranges
echo 'Hello World 123' | tr -d '[:digit:]'; echo 'a,b;c' | tr ',;' '  '; echo 'x   y' | tr -s '[:space:]'; echo AbC | tr 'A-Za-z' 'a-zA-Z'; echo 'tab	here' | tr '\t' '_'; printf 'a\nb\n' | tr '\n' ' '; echo; echo abc | tr -d b-c; echo 'hello' | tr 'l' '\\'; echo '[x]' | tr -d '[]'; echo aab | tr -cs b X; echo
### cut: lists of fields
echo 1,2,3,4,5 | cut -d, -f2-4; echo 1,2,3,4,5 | cut -d, -f-2; echo 1,2,3,4,5 | cut -d, -f4-; echo 1,2,3,4,5 | cut -d, -f1,3-4; echo abcdef | cut -c1,3,5; echo abcdef | cut -c-3; echo 'a  b' | cut -d' ' -f2; echo 'a  b' | tr -s ' ' | cut -d' ' -f2; echo 'k=v=w' | cut -d= -f2-; printf 'x:y\nz\n' | cut -d: -f2; echo é1 | cut -c2
### awk: splitting and joining
echo 'a,b;c' | awk -F'[,;]' '{print $3, NF}'; echo 'k=v' | awk -F= '{print $2}'; echo 'a b c' | awk '{for(i=NF;i>0;i--) printf "%s ", $i; print ""}'; echo 'x y' | awk '{print $1 $2, $1","$2}'; printf 'a 1\na 2\nb 5\n' | awk '{s[$1]+=$2; n[$1]++} END {for (k in s) print k, s[k], s[k]/n[k]}' | sort; seq 5 | awk 'NR%2'; seq 3 | awk 'BEGIN{ORS=","} {print}'; echo; echo '1 2 3' | awk '{t=0; for(i=1;i<=NF;i++) t+=$i; print t}'; awk 'BEGIN{print ENVIRON["HOME"], ARGC}'; echo 5 | awk '{print ($1>3)?"big":"small"}'
### awk: records and variables
printf 'a b\nc d\n\ne f\n' | awk 'BEGIN{RS=""} {print NR": "$1}'; printf 'a|b\n' | awk 'BEGIN{FS="|"; OFS=":"} {print $1,$2}'; awk -v n=3 'BEGIN{while(n-->0) print n}'; seq 10 | awk 'NR==3,NR==5'; seq 10 | awk '$1>8{print; exit}'; echo 'abc' | awk '{print substr($0,2), length}'; awk 'BEGIN{printf "%5.1f|%-4d|%04d|%s\n", 2.345, 7, 7, "x"}'; printf '1\n2\n' | awk '{getline x; print $0, x}'; awk 'BEGIN{a["x"]=1; if ("x" in a) print "in"; delete a["x"]; if (!("x" in a)) print "out"}'; echo a b | awk '{$3="c"; print NF, $0}'
### sed: several expressions
printf 'one two\nthree\n' > f; sed -e 's/one/1/' -e 's/two/2/' f; sed 's/o/0/;s/e$/E/' f; sed -n '/one/{s/ .*//;p}' f; sed '/three/d;s/$/!/' f; sed -E 's/([a-z]+) ([a-z]+)/\2 \1/' f; sed 's/[aeiou]//g' f; sed '1!d' f; sed -n '1~2p' f; sed '$!d' f; sed 's/^/> /' f; sed = f | sed 'N;s/\n/ /'; echo 'a.b' | sed 's/\./-/'; echo '/x/y' | sed 's,/,_,g'; echo "it's" | sed "s/'/\"/"; echo aaa | sed 's/a/b/3'; printf 's/t/T/\n' > p; sed -f p f
### sed: files and quitting
seq 3 > f; sed -n 'w copy' f; cat copy; sed '2q' f; sed '2Q' f; sed '2q5' f; echo $?; sed '/2/r f' f; sed 'y/123/abc/' f; sed -n '2!p' f; sed '2{s/2/two/;a after
}' f; sed -z 's/\n/,/g' f; echo; sed '1~2d' f; sed '2,$s/^/x/' f; sed -n '/2/=' f; sed 'n;d' f; sed '$s/$/ end/' f
### xargs: building commands
printf 'a\nb\n' | xargs -I{} sh -c 'echo "<{}>"'; echo 'x y z' | xargs -n1 echo item; printf '%s\n' 1 2 3 4 | xargs -n2; printf 'one two\n' | xargs -I X echo 'got X'; ls | xargs echo files; echo 'p q' | xargs printf '%s-%s\n'; printf 'f1\nf2\n' | xargs touch; ls; printf 'f1\nf2\n' | xargs rm -v; echo | xargs echo empty; printf '"a b" c\n' | xargs -n1; printf 'a\\ b c\n' | xargs -n1
### find: in folders of manifests
mkdir -p k8s/base k8s/dev; echo 'kind: Pod' > k8s/base/pod.yaml; echo 'kind: Service' > k8s/base/svc.yml; echo x > k8s/dev/notes.txt; find k8s -name '*.yaml' -o -name '*.yml' | sort; find k8s -type f \( -name '*.yaml' -o -name '*.yml' \) -exec grep -H kind {} \; | sort; find k8s -type f -name '*.yaml' | wc -l; find k8s -type d -name dev -exec rm -r {} +; find k8s -type d | sort; find . -name '*.y*ml' | xargs grep -l Pod; find k8s -maxdepth 2 -name '*.yml' -printf '%p %s\n'; find k8s -iname 'POD*'; find k8s -name '*.nope'; echo $?
### jq: objects
jq -nc '{a:1}+{b:2}, ({a:1,b:2}|del(.a)), ({a:{b:1}}|.a.b), ({"x-y":1}|."x-y"), ({a:1}|with_entries(.value+=1)), ({a:[1,2]}|.a|=map(.*2)), ({a:null}|.a//"d")'; jq -nc '{a:1,b:2}|to_entries, keys, length, (map_values(.+1)), (tojson|fromjson), has("a"), ([.[]]), (.c="x")'; jq -nc '[{k:"a",v:1},{k:"b",v:2}]|map({(.k):.v})|add, (INDEX(.k)|keys?)' 2>/dev/null; jq -nc '[3,1,2]|sort, max, (.[1:]), (.[-1]), index(1), (map(select(.>1))), (to_entries|map(.key)), any(.>2), all(.>0), (join("-"))'; jq -nc '"2024-01-02T03:04:05Z"|fromdate|todate'; jq -nr '["a","b"]|@csv, @json, @sh, (.[0]|@html, @uri)'; jq -nc '[1,[2,[3]]]|flatten, flatten(1), (..|numbers)'; jq -nc '{"a":{"b":2}}|getpath(["a","b"]), [paths], (path(..)|length)'; jq -nc '[range(5)]|.[2:4], first, last, nth(1), (.[1]=9), (map(tostring)|join(","))'
### jq: options of the command line
echo '{"a":[1,2]}' > f; jq -r '.a[]' f; jq -c . f f; jq --arg x 5 '.b=$x' -c f; jq --argjson x 5 '.b=$x' -c f; jq -s 'length' f f; jq -n '[inputs.a]|length' f f; jq -e '.nope' f; echo $?; jq -r '.a|@tsv' f; jq --slurpfile s f -n '$s|length'; jq -rn --args '$ARGS.positional[]' x y; jq -M -S . f; jq --indent 1 . f; jq -a -n '"é"'; jq -rn 'env.HOME'; jq -n '$ENV.HOME'
### base64: secrets of kubernetes
echo -n admin | base64; echo -n 's3cr3t!' | base64 | tr -d '\n'; echo; echo YWRtaW4= | base64 -d; echo; echo -n YWRtaW4 | base64 -d; echo " $?"; printf 'a\nb\n' | base64; base64 <<< hello; base64 -w 4 <<< hello; head -c 60 /dev/zero | base64 | wc -l; echo 'YQ==YQ==' | base64 -d; echo " $?"
### seq: in loops
for i in $(seq -w 1 3); do echo -n "pod-$i "; done; echo; for i in $(seq 10 -5 0); do echo -n "$i "; done; echo; seq -s' ' 5; seq -f '%.1f' 1 2; seq 1.5 3; seq 3 1 | wc -l; seq -s, -w 9 11
### date: arithmetic
export TZ=UTC; date -d '2024-03-10 12:00 tomorrow' '+%F %R'; date -d '2024-12-31 + 1 day' +%F; date -d '1970-01-01 00:00:10' +%s; echo $(( ($(date -d 2024-03-01 +%s) - $(date -d 2024-02-01 +%s)) / 86400 )); date -d @1700000000 '+%Y-%m-%dT%H:%M:%SZ'; date -ud '2024-01-01 2 days ago' +%F; date -d 2024-02-30 +%F; echo $?; date -d 'yesterday' > /dev/null; echo $?; date '+%H%M' | wc -c
### printf: as a program
/bin/printf '%5s|%-5s|%05d|%x|%c\n' a b 42 255 xyz; /bin/printf '%s\n' a b; /bin/printf '\x41\n'; /bin/printf '%.2f %e\n' 3.14159 1000
### test and bracket programs
/bin/test a = a; echo $?; /bin/[ 1 -lt 2 ]; echo $?; /bin/test -f nofile; echo $?; /bin/test; echo $?; /bin/test -z ''; echo $?; /bin/test ! x = y; echo $?
### env: shebangs
printf '#!/usr/bin/env bash\necho "env: $1"\n' > s; chmod +x s; ./s arg; printf '#!/bin/sh\necho sh\n' > t; chmod +x t; ./t; printf '#!/usr/bin/env nosuchinterp\n' > u; chmod +x u; ./u; echo $?; sh t; bash ./s x
### paths: odd names
touch -- '-dash' 'sp ace' $'new\nline' "q'uote" '*star'; ls | cat; ls -1 | wc -l; rm -- -dash; rm ./'*star'; for f in *; do [ -f "$f" ] && echo "<$f>"; done; find . -name '* *'; find . -type f -print0 | xargs -0 -n1 basename | sort | head -2; mkdir 'd d'; mv 'sp ace' 'd d'; ls 'd d'; stat -c %n "q'uote"; rm -r 'd d'
### permissions: denied and executable
echo 'echo hi' > s; ./s; echo $?; chmod +x s; ./s; chmod 000 s; stat -c %a s; chmod u=rwx,go=rx s; stat -c %A s; chmod 4755 s; stat -c %A s; mkdir d; chmod 1777 d; stat -c %A d; chmod -x s; [ -x s ] || echo not; umask 027; touch n; mkdir m; stat -c '%a %n' n m; chmod 0644 n; stat -c %a n; chmod a-w,u+w n; stat -c %a n; chmod --nope n; echo $?
### tail: following a file that ends
printf '1\n2\n3\n' > f; timeout 0.3 tail -n 1 -f f; echo $?; (sleep 0.1; echo 4 >> f) & timeout 1.5 tail -n 1 -f f; timeout 0.2 tail -f nofile; echo $?; tail -n 2 nofile f; echo $?
### tee and pipes: statuses
echo a | tee f | cat; echo b | tee -a f > /dev/null; cat f; echo c | tee /dev/null | wc -c; false | tee f; echo "${PIPESTATUS[@]}"; cat f | wc -l; echo x | tee d1 d2 d3 >/dev/null; cat d1 d2 d3; tee < /dev/null; echo $?; echo y | tee -- -x; ls
### wc: several files and forms
printf 'one\ntwo words\n' > a; printf 'x' > b; wc a b; wc -l a b; cat a b | wc; wc -c < b; wc -w a | awk '{print $1}'; wc -m b; echo "$(wc -l < a)"; wc --lines a; wc -l --bytes a; wc - < a; ls | wc -l
### sums: checking lists
echo 1 > a; echo 2 > b; md5sum a b > list; md5sum -c list; sha256sum a | cut -c1-16; echo 3 > b; md5sum -c list; echo $?; md5sum -c --quiet list; md5sum --status -c list; echo $?; sha1sum < a; sha256sum a b | awk '{print $2}'; md5sum nofile; echo $?; echo -n abc | sha256sum; rm list
### gzip: files and pipes
seq 100 > f; gzip f; ls; gzip -d f.gz; ls; gzip -k f; ls; zcat f.gz | tail -1; gzip -c f | gunzip | head -1; gunzip -f f.gz; ls; gzip nofile; echo $?; echo data | gzip | zcat; gzip -t f; echo $?; rm f
### uniq: input and output
printf 'a\na\nB\nb\n' > f; uniq f out; cat out; uniq -ci f; uniq -c < f | sort -rn | head -1; uniq -du f; echo $?; uniq --count f; uniq -z f | wc -l; uniq nofile; echo $?; printf '1 a\n2 a\n' | uniq -f 1 -c; uniq f nodir/x; echo $?
### comm, join: unsorted and missing
printf 'b\na\n' > x; printf 'a\nb\n' > y; comm x y; echo $?; comm -1 y y; comm nofile y; echo $?; comm x; echo $?; comm --output-delimiter=: y y; printf 'k1 a\nk2 b\n' > l; printf 'k2 x\nk3 y\n' > r; join l r; join -v 2 l r; join nofile l; echo $?; join -1 2 -2 2 l r
### rev, tac, nl: through pipes
printf 'a b\nc d\n' | rev | tac; seq 3 | nl -s') ' -w1; seq 2 | nl -nrz -w3; seq 12 | nl | tail -1; echo one | nl -v 10; printf 'x\n' | tac | tac; printf '1,2\n' | rev; printf 'ab\ncd' | tac
### fold and paste: text
echo 'a long line of words to be folded' | fold -w 12 -s; printf 'abcdefgh\n' | fold -w3 | paste -sd' '; seq 6 | paste - - -; seq 4 | paste -d'\t\n' -s; paste -d: <(seq 2) <(seq 3 4); printf 'a\nb\n' | paste -s -d '|'; echo abc | fold -b -w 2; fold -w x f; echo $?
### mkdir and rmdir: parents
mkdir a/b; echo $?; mkdir -p a/b/c; rmdir a; echo $?; rmdir a/b/c a/b; ls a; rmdir -p a; ls; mkdir x x; echo $?; mkdir -m 750 y; stat -c %a y; mkdir -v z; touch f; mkdir f; echo $?; mkdir f/g; echo $?; rmdir f; echo $?; rmdir nodir; echo $?; mkdir; echo $?; mkdir ''; echo $?; rmdir --ignore-fail-on-non-empty x
### readlink and realpath: forms
mkdir -p d/e; touch d/e/f; ln -s d/e l; ln -s l/f m; realpath m; realpath -s m; readlink m; readlink -f m; readlink -n m; echo; readlink -f d/new; readlink -f no/such; echo $?; readlink -e no; echo $?; readlink -m no/such; realpath nofile; realpath no/such; echo $?; realpath .; readlink; echo $?; rm l m
### who am I: environment of programs
env | grep -c '^PATH='; printenv HOME NOPE; echo $?; HOME=/x printenv HOME; env -i sh -c 'echo ${PATH:+set}'; FOO='a b' sh -c 'echo "$FOO"'; env FOO=bar BAZ=qux sh -c 'echo $FOO$BAZ'; unset HOME; sh -c 'echo ${HOME-unset}'; env -u PATH /bin/echo ok; printenv -0 LANG | tr '\0' '.'; echo
### diff: of manifests
printf 'spec:\n  replicas: 1\n  image: a\n' > old.yaml; sed 's/1/3/' old.yaml > new.yaml; diff old.yaml new.yaml; diff -u --label a --label b old.yaml new.yaml; diff -q old.yaml new.yaml; diff old.yaml old.yaml && echo same; cat new.yaml | diff old.yaml -; diff -U0 --label a --label b old.yaml new.yaml; diff -N old.yaml none > /dev/null; echo $?; diff --brief old.yaml new.yaml; diff -b <(echo 'a  b') <(echo 'a b') && echo blanks
### nohup, nice and time
nohup echo hi 2>/dev/null; nice echo nice; nice -n 5 echo five; { time true; } 2>&1 | grep -c real; nohup; echo $?; nohup nosuch 2>/dev/null; echo $?; nproc > /dev/null; echo $?; tty; echo $?; sleep 0.1 & wait; echo done
