kubectl create deployment front --image=nginx:1.27
kubectl create deployment back --image=redis:7
kubectl delete pod shop
kubectl wait --for=condition=Available deployment/front deployment/back --timeout=60s
sleep 2
kubectl scale deployment front --replicas=3
kubectl rollout status deployment front --timeout=60s
sleep 2
kubectl delete pods -l rel=experiment
sleep 2
kubectl delete pods -l app=front
kubectl get pods
kubectl delete deployment front
kubectl wait --for=delete pod -l app=front --timeout=60s
sleep 2
kubectl create namespace practice
kubectl run treasure --image=nginx:1.27 -n practice
kubectl wait --for=condition=Ready pod/treasure -n practice --timeout=60s
sleep 2
kubectl delete namespace practice
sleep 2
