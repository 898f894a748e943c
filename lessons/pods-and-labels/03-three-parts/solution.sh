kubectl get pod kubia -o yaml > kubia.yaml
sleep 2
kubectl get pod kubia -o jsonpath='{.spec.restartPolicy}' > policy.txt
sleep 2
kubectl get pod kubia -o jsonpath='{.status.podIP}' > ip.txt
sleep 2
kubectl get pod kubia -o jsonpath='{.status.qosClass}' > qos.txt
sleep 2
kubectl set image pod/kubia kubia=luksa/kubia:v2
sleep 60
kubectl wait --for=condition=Ready pod/kubia --timeout=60s
sleep 2
