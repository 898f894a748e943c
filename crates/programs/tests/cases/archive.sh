### sums
echo hello > f; md5sum f; sha1sum f; sha256sum f; sha512sum < f; printf '' | md5sum; sha256sum f > s; sha256sum -c s; echo "$(cut -c1-64 s)  f" | sha256sum --check; echo bad > f; sha256sum -c s; echo $?; sha256sum nofile; echo $?; md5sum -b f; sha256sum --tag f; md5sum --status -c s; sha256sum --quiet -c s; md5sum --nope
### diff
printf 'a\nb\nc\nd\n' > x; printf 'a\nB\nc\nd\ne\n' > y; diff x y; echo $?; diff x x; echo $?; diff -q x y; diff -s x x; diff nofile x; echo $?; printf 'a' > z; printf 'a\n' | diff z -; diff -i x y; diff -w x y; diff -u --label l1 --label l2 x y; diff -U1 --label a --label b x y; diff x; diff; diff --nope; seq 20 > m; seq 20 | sed '3d;12s/$/x/' > n; diff -u --label m --label n m n; diff m n
### diff: folders
mkdir -p p/s q/s; echo 1 > p/f; echo 2 > q/f; echo > p/o; echo x > q/s/n; diff -r p q; diff -rq p q; diff p q; diff p/f q; diff -rN p q | grep -v '^diff'
### cmp
printf 'a\nb\nc\n' > x; printf 'a\nB\nc\n' > y; printf 'a\n' > w; cmp x y; echo $?; cmp -s x y; echo $?; cmp x x; echo $?; cmp w x; cmp x nofile; cmp; cmp -l x y; printf '' > e; cmp e x; printf 'a\nb' > v; cmp v x
### od
printf 'hello\nworld 12345\0\377' > f; od f; od -c f; od -x f; od -An -tx1 f; od -A x -t x1 f; od -b f; od -d f; od -N 4 -c f; od -j 6 -c f; head -c 64 /dev/zero | od; od -t d1 -An f; od -t u4 f; od nofile; echo $?; od -v -An -tx1 < /dev/null
### xxd and hexdump
printf 'hello\nworld 12345\0\377' > f; xxd f; xxd -p f; xxd -p f | xxd -r -p | od -c; xxd -l 4 f; xxd -s 6 f; xxd -c 8 f; xxd -g 1 f; xxd f | xxd -r | cmp - f && echo same; xxd -u -p f; hexdump -C f; hexdump f; hexdump -n 4 -C f; head -c 64 /dev/zero | hexdump -C
### gzip
echo hello > f; gzip f; ls; gunzip f.gz; cat f; gzip -c f | gunzip; gzip -k f; ls; zcat f.gz; gzip -dc f.gz; gzip nofile; echo $?; echo x | gunzip; echo $?; gzip f.gz; gunzip -k f.gz < /dev/null; gzip -t f.gz; echo $?; rm f.gz
### tar
mkdir -p d/e; echo hi > d/f; echo yo > d/e/g; ln -s f d/l; chmod 640 d/f
tar cf a.tar d/f d/l d/e; tar tf a.tar; tar czf a.tgz d/f; tar tzf a.tgz; mkdir o; tar xf a.tar -C o; find o | sort; cat o/d/f; readlink o/d/l; stat -c %a o/d/f; tar xvf a.tgz -C o; tar cvf b.tar d/f d/e; tar -xOf a.tar d/e/g; tar tf a.tar d/f; tar tf a.tar nope; echo $?; tar xf nofile.tar; echo $?; tar cf - d/f | tar tf -; tar cf x.tar nofile; echo $?; tar; echo $?; echo junk > j; tar tf j; echo $?; tar cf y.tar; tar -cf z.tar --exclude='g' d/e; tar tf z.tar; tar xf a.tar --strip-components=1 d/f; cat f; tar cf w.tar -C d f e; tar tf w.tar; rm -f *.tar *.tgz
### tar: listing
mkdir d; echo hello > d/f; touch -d '2020-01-02 03:04:05' d/f d; tar cf a.tar d; tar tvf a.tar; rm a.tar
### file
echo text > a; printf '' > e; mkdir d; ln -s a l; ln -s no b; echo '#!/bin/sh' > s; printf 'x' > n; echo '한글' > u; file a e d l b n u; file nofile; file -b a
