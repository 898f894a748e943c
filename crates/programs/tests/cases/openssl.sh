### openssl: sums and encodings
echo hello > f; openssl dgst -sha256 f; openssl sha256 f | sed 's/ .*//'; openssl md5 < f; openssl dgst -sha256 -r f; openssl base64 -in f; printf '%080d' 0 | openssl base64; printf '%080d' 0 | openssl base64 -A; echo; echo aGVsbG8K | openssl base64 -d; echo aGk= | openssl enc -base64 -d; echo; openssl rand -hex 8 | wc -c; openssl rand -base64 32 | wc -c; openssl rand 16 | wc -c
### dates of processes
sleep 0.1 & wait; echo ok
