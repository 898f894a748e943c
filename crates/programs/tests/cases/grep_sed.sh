### grep: basics
printf 'foo\nbar\nfoobar\nBaz\n' > f; grep foo f; grep -v foo f; grep -c o f; grep -n bar f; grep -i baz f; grep -w foo f; grep -x foo f; grep -o 'o*' f; grep -l foo f script; grep -L nope f; grep -q foo f; echo $?; grep nope f; echo $?; grep foo nofile; echo $?; grep -s foo nofile; echo $?; grep -m1 o f; grep -e foo -e Baz f; grep -h foo f f; grep -H foo f
### grep: expressions
printf 'a1\nb22\nc.d\na+b\n[x]\n' > f; grep '[0-9]\+' f; grep -E '[0-9]{2}|x' f; grep -F '.' f; grep 'c.d' f; grep -E '^a|d$' f; grep -P '\d{2}' f; grep '\[x\]' f; grep -E 'a\+b' f; grep 'a+b' f; grep -E '(' f; echo $?; grep '\(' f; grep '[' f; grep -P '(' f 2>/dev/null; echo $?
### grep: context and files
seq 10 > f; grep -A1 3 f; grep -B1 3 f; grep -C1 5 f; grep -A1 -e 2 -e 7 f; mkdir d; echo foo > d/a; echo foo > d/b.txt; grep -r foo d | sort; grep -rl foo d | sort; grep -r --include='*.txt' foo d; grep -rn foo d | sort; grep foo d; echo $?; printf 'foo\nx\n' > p; printf 'foo\n' | grep -f p f; echo $?; grep -c foo d/a d/b.txt; grep -on '[0-9]' f | head -n 2; grep -b 3 f; grep --color=always 3 f; grep -z; echo $?; grep; echo $?; grep --nope x f; grep -nH 3 f; grep -vc 1 f; grep --count 1 f; grep -A x 1 f
### egrep and fgrep
printf 'a.b\naxb\n' > f; egrep 'a|z' f 2>/dev/null; fgrep a.b f 2>/dev/null
### sed: substitute
echo 'hello world' | sed 's/o/0/'; echo 'hello world' | sed 's/o/0/g'; echo 'hello world' | sed 's/o/0/2'; echo hello | sed 's/\(h\)\(e\)/\2\1/'; echo hello | sed -E 's/(l+)/[\1]/'; echo hello | sed 's/l/&&/g'; echo /a/b | sed 's,/a,/x,'; echo Hello | sed 's/hello/x/I'; echo abc | sed 's/b/\n/'; echo 'a.b' | sed 's/\./-/'; echo hello | sed 's/.*/\U&/; s/LL/\l&/'; printf 'a\nb\n' | sed -n 's/a/x/p'; echo x | sed 's/x/a\/b/'; echo aaa | sed 's/a/b/2g'; echo hello | sed 's/l/L/w out'; cat out
### sed: addresses
seq 5 | sed -n 2p; seq 5 | sed 2d; seq 5 | sed '2,4d'; seq 5 | sed '/3/d'; seq 5 | sed -n '/2/,/4/p'; seq 5 | sed '$d'; seq 5 | sed -n '$='; seq 5 | sed '2!d'; seq 10 | sed -n '1~3p'; seq 5 | sed '2q'; seq 5 | sed -n '2{p;q}'; seq 5 | sed '/2/,+1d'; seq 5 | sed '0,/1/d'; seq 5 | sed -n '2,1p'
### sed: other commands
seq 3 | sed '2i\new'; seq 3 | sed '2a new'; seq 3 | sed '2c\changed'; seq 3 | sed 'y/123/abc/'; seq 4 | sed 'N;s/\n/-/'; seq 3 | sed -n 'H;${x;s/\n/,/g;p}'; seq 3 | sed '1!G;h;$!d'; seq 3 | sed = | sed 'N;s/\n/ /'; printf 'a\tb\n' | sed -n l; seq 3 | sed -e 1d -e 's/2/x/'; seq 2 | sed ':a;s/^.\{1,3\}$/0&/;ta'; echo a | sed 'p;p'; seq 3 | sed '/2/{s/2/two/;n;s/3/three/}'; echo 'x' > r; seq 2 | sed '1r r'; seq 3 | sed 'P;D'
### sed: in place and files
printf 'a\nb\n' > f; sed -i 's/a/x/' f; cat f; sed -i.bak 's/b/y/' f; cat f f.bak; echo 's/x/z/' > s.sed; sed -f s.sed f; sed -n p nofile; echo $?; sed -s -n '$p' f f.bak; printf 'a\nb' | sed 's/b/c/'; printf 'a\0b\0' | sed -z 's/^/x/' | tr '\0' '\n'
### sed: errors
sed 's/a' f; echo $?; sed 'k' f; sed 's/(/x' f; sed '2,' f; sed 'y/ab/c/' f; sed '{p' f; sed 'p}' f; sed 'b nope' f; sed 's/a/b/gg' f; sed 's/\(/x/' f; sed ':' f; sed 'a' f
