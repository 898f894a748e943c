### find: all
mkdir -p a/b/c; touch a/x.txt a/b/y.log a/b/c/z.txt a/.hid
find a | sort; find a -type f | sort; find a -type d | sort; find . -maxdepth 1 | sort; find a -mindepth 2 -maxdepth 2 | sort
cd a; find | sort; find / -maxdepth 0; find ./ -name x.txt
### find: names and paths
mkdir -p a/b; touch a/x.txt a/b/Y.TXT a/b/n1
find a -name '*.txt'; find a -iname '*.txt' | sort; find a -name 'n?' -o -name x.txt | sort; find a -path '*b/*' | sort; find a -regex '.*/[xn]1?\(\.txt\)?' | sort; find a -not -name '*.*' | sort; find a ! -type d -a -name 'n*'
### find: grouping
mkdir -p a/b; touch a/x a/y a/b/x a/b/z
find a \( -name x -o -name z \) -type f | sort; find a -name b -prune -o -type f -print | sort; find a -type f -name x -print -name q; find a -name x , -name z | sort; find a -false -o -true | sort
### find: sizes
printf '' > e; head -c 600 /dev/zero > s; head -c 2000 /dev/zero > m
find . -type f -size -2 ! -name script | sort; find . -size +1k -type f ! -name script; find . -type f -size 600c; find . -empty; mkdir d; find . -empty -type d
### find: exec
mkdir a; echo 1 > a/x; echo 2 > a/y
find a -type f -exec cat {} \; | sort; find a -type f -exec echo n {} + | tr ' ' '\n' | sort; find a -name x -exec grep -q 1 {} \; -print; find a -name x -exec false \; -print; find a -name x -execdir echo {} \; ; find a -name x -exec sh -c 'echo "$1!"' _ {} \;
find a -type f -exec nosuch {} \; ; echo $?
### find: delete
mkdir -p a/b; touch a/x a/b/y; find a -name y -delete; find a | sort; find a -delete; ls
mkdir -p a/b; touch a/b/k; find a -type d -delete; echo $?
### find: print0 and printf
mkdir -p a/b; echo hello > a/b/f; chmod 640 a/b/f
find a -print0 | tr '\0' '!'; echo; find a -type f -printf '%p|%f|%h|%P|%d|%y|%s|%m|%M|%%\n'; find a -printf '%-5f|%5d|%H\n' | sort
### find: permissions
touch a b c; chmod 755 a; chmod 644 b; chmod 4700 c
find . -perm 644 -type f ! -name script; find . -perm -100 -type f | sort; find . -perm /111 -type f | sort; find . -perm -u=x -type f | sort; find . -name a -perm u=rwx,go=rx
### find: times
touch -d 2020-01-01 old; touch new; find . -type f -newer old ! -name script; find . -type f -mtime +5; find . -name new -mmin -60; find . -newermt 2021-01-01 -name new
### find: links
mkdir d; touch d/f; ln -s d l; ln -s nowhere broken
find . -type l | sort; find l; find -L l | sort; find -H l | sort; find . -lname d
### find: users
touch f; find f -user root; find f -group 0; find . -user nobodyx; echo $?
### find: error: no such file
mkdir a; find nofile a; echo $?
### find: error: predicate
find . -foo; echo $?
find . -name; find . -type x; find . -name a foo; find . -o -name x; find . -exec echo {}; find . -maxdepth x; find . \( -name x; find . -name x \); find . -size 5x; find . -mtime x; find . -perm zz; find . -newer nofile; find . -not; find . -name x -o; find . \( \) ; echo $?
### find: quit
mkdir a; touch a/1 a/2; find a -type f -quit; find a -name a -print -quit
### find: with xargs
mkdir a; touch 'a/x y' a/z; find a -type f -print0 | xargs -0 -n 1 echo f | sort; find a -type f | wc -l
### find: depth
mkdir -p a/b; touch a/b/f; find a -depth
