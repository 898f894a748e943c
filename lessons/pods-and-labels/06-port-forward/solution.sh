kubectl port-forward kubia-a 8888:8080 &
FIRST=$!
sleep 2
curl -s localhost:8888 > answer.txt
sleep 2
echo 127.0.0.1 > caller.txt
kubectl logs kubia-a
sleep 2
kubectl port-forward kubia-b 8889:8080 &
SECOND=$!
sleep 2
curl -s localhost:8889 > answer-b.txt
sleep 2
kill $FIRST $SECOND
sleep 2
curl -s localhost:8888
echo $? > status.txt
sleep 2
