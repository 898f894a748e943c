gsutil cp -r gs://spls/gsp021/* .
kubectl create -f orchestrate-with-kubernetes/kubernetes/pods/monolith.yaml
kubectl wait --for=condition=Ready pod/monolith --timeout=60s
sleep 2
kubectl port-forward monolith 10080:80 &
sleep 2
curl -s http://127.0.0.1:10080/secure > refused.txt
sleep 2
TOKEN=$(curl -s http://127.0.0.1:10080/login -u user:password | sed 's/.*:"\(.*\)".*/\1/')
curl -s -H "Authorization: Bearer $TOKEN" http://127.0.0.1:10080/secure > secure.txt
sleep 2
kubectl exec monolith -- cat /etc/alpine-release > release.txt
sleep 2
kill %1
