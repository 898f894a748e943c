### less: passes through
seq 3 > f; less f; seq 2 | less -N; less nofile; echo $?; cat f | more
