kubectl create -f duo.yaml
kubectl wait pod/duo --for=jsonpath='{.status.containerStatuses[1].restartCount}'=1 --timeout=90s
sleep 2
kubectl logs duo -c second --previous > conflict.txt
cat conflict.txt
sleep 2
kubectl delete pod duo --now
cat > duo.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata:
  name: duo
spec:
  containers:
  - name: first
    image: luksa/kubia
  - name: second
    image: nginx:1.27
EOF
kubectl create -f duo.yaml
kubectl wait --for=condition=Ready pod/duo --timeout=60s
sleep 2
kubectl exec duo -c first -- curl -s localhost:80 > neighbour.txt
sleep 2
