kubectl run hello --image=luksa/kubia
kubectl wait --for=condition=Ready pod/hello --timeout=60s
sleep 2
kubectl get pod blog -o jsonpath='{.spec.containers[*].name}' > containers.txt
sleep 2
kubectl exec blog -c writer -- wget -qO- localhost > page.txt
sleep 2
kubectl delete pod blog
sleep 2
