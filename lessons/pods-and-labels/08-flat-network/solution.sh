kubectl get pods -o wide
kubectl get pod server -o jsonpath='{.status.podIP}' > server-ip.txt
sleep 2
IP=$(cat server-ip.txt)
kubectl exec client -- curl -s http://$IP:8080 > answer.txt
sleep 2
kubectl logs server
kubectl get pod client -o jsonpath='{.status.podIP}' > seen.txt
sleep 2
kubectl delete pod server --now
kubectl create -f server.yaml
kubectl wait --for=condition=Ready pod/server --timeout=60s
sleep 2
