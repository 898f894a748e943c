gsutil cp -r gs://spls/gsp021/* .
cd orchestrate-with-kubernetes/kubernetes
kubectl create -f deployments/auth.yaml -f services/auth.yaml
kubectl create -f deployments/hello.yaml -f services/hello.yaml
kubectl wait --for=condition=Available deployment/auth deployment/hello --timeout=90s
sleep 2
kubectl create secret generic tls-certs --from-file tls/
kubectl create configmap nginx-frontend-conf --from-file=nginx/frontend.conf
kubectl create -f deployments/frontend.yaml
kubectl create -f services/frontend.yaml
sleep 70
curl -sk https://$(kubectl get svc frontend -o=jsonpath="{.status.loadBalancer.ingress[0].ip}") > ~/front.txt
sleep 2
kubectl scale deployment hello --replicas=5
kubectl rollout status deployment hello
sleep 2
kubectl create -f deployments/hello-green.yaml
kubectl wait --for=condition=Available deployment/hello-green --timeout=90s
kubectl apply -f services/hello-green.yaml
sleep 4
