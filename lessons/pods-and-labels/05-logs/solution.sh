kubectl exec kubia -- curl -s localhost:8080
kubectl logs kubia
sleep 2
kubectl logs blog -c writer > writer.log
sleep 2
kubectl logs flaky --previous > crash.txt
sleep 2
NODE=$(kubectl get pod kubia -o jsonpath='{.spec.nodeName}')
ssh $NODE docker ps | grep k8s_kubia_kubia | cut -d' ' -f1 > id.txt
ssh $NODE docker logs $(cat id.txt)
sleep 2
