gcloud config set compute/zone us-central1-b
gcloud container clusters create io
gsutil cp -r gs://spls/gsp021/* .
sleep 2
cd orchestrate-with-kubernetes/kubernetes
kubectl create secret generic tls-certs --from-file tls/
kubectl create configmap nginx-proxy-conf --from-file nginx/proxy.conf
kubectl create -f pods/secure-monolith.yaml
kubectl wait --for=condition=Ready pod/secure-monolith --timeout=60s
sleep 2
kubectl create -f services/monolith.yaml
gcloud compute firewall-rules create allow-monolith-nodeport --allow=tcp:31000
gcloud compute firewall-rules list > ~/rules.txt
sleep 2
kubectl label pods secure-monolith secure=enabled
sleep 3
kubectl port-forward secure-monolith 10443:443 &
sleep 2
curl -s --cacert tls/ca.pem https://127.0.0.1:10443 > ~/trust.txt
sleep 2
kill %1
