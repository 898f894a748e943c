kubectl get pods --show-labels
kubectl get pods -l rel=canary -o name > canaries.txt
sleep 2
cat > kubia-manual-v2.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata:
  name: kubia-manual-v2
  labels:
    creation_method: manual
    env: prod
spec:
  containers:
  - name: kubia
    image: luksa/kubia
EOF
kubectl create -f kubia-manual-v2.yaml
sleep 2
kubectl label pod kubia-manual creation_method=manual
sleep 2
kubectl label pod kubia-manual-v2 env=debug --overwrite
sleep 2
kubectl get pods -l 'creation_method=manual,!env' -o name > chosen.txt
sleep 2
kubectl label pod kubia-manual-v2 env-
sleep 2
