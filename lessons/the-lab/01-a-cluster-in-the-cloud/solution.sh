gcloud config set compute/zone us-central1-b
gcloud container clusters create io
sleep 2
gsutil cp -r gs://spls/gsp021/* .
sleep 2
kubectl create deployment nginx --image=nginx:1.10.0
kubectl wait --for=condition=Available deployment/nginx --timeout=60s
sleep 2
kubectl expose deployment nginx --port 80 --type LoadBalancer
sleep 65
curl -s http://$(kubectl get service nginx -o jsonpath='{.status.loadBalancer.ingress[0].ip}') > page.html
sleep 2
