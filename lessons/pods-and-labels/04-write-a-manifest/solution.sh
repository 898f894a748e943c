cat > kubia-manual.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata:
  name: kubia-manual
spec:
  containers:
  - name: kubia
    image: luksa/kubia
    ports:
    - containerPort: 8080
      protocol: TCP
EOF
sleep 2
kubectl create -f kubia-manual.yaml
kubectl wait --for=condition=Ready pod/kubia-manual --timeout=60s
sleep 2
sed -i -e 's/picture:/image:/' -e 's/Kubia_Mended/kubia-mended/' broken.yaml
kubectl create -f broken.yaml
kubectl wait --for=condition=Ready pod/kubia-mended --timeout=60s
sleep 2
kubectl run kubia-json --image=luksa/kubia --dry-run=client -o json > kubia-json.json
kubectl create -f kubia-json.json
kubectl wait --for=condition=Ready pod/kubia-json --timeout=60s
sleep 2
