kubectl get pods
echo report > finished.txt
sleep 2
kubectl describe pod hungry
echo cpu > short.txt
sleep 2
kubectl get pod steady -o jsonpath='{.spec.nodeName}' > node.txt
sleep 2
kubectl set image pod/typo web=nginx:1.27
kubectl wait --for=condition=Ready pod/typo --timeout=120s
sleep 2
kubectl run newcomer --image=nginx
kubectl wait --for=condition=Ready pod/newcomer --timeout=60s
sleep 2
