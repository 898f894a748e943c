cat > pod.yaml <<E
apiVersion: v1
kind: Pod
metadata: {name: fp}
spec: {containers: [{name: a, image: nginx}]}
E
cat > cm.yaml <<E
apiVersion: v1
kind: ConfigMap
metadata: {name: applied}
data: {a: b}
E
cat > rb.yaml <<E
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: rr}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
E
cat > csr.yaml <<E
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: csr1}
spec: {request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K, signerName: example.com/x, usages: [client auth]}
E
printf -- '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n' > tls.crt
printf -- '-----BEGIN KEY-----\n-----END KEY-----\n' > tls.key
echo A=b > env
cat > binding.yaml <<E
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: rb}
roleRef: {kind: ClusterRole, name: view, apiGroup: rbac.authorization.k8s.io}
subjects: [{kind: User, name: b}]
E
cat > secret.yaml <<E
apiVersion: v1
kind: Secret
metadata: {name: secret}
stringData: {a: b}
E
cat > ref.yaml <<E
apiVersion: v1
kind: Pod
metadata: {name: ref}
spec: {nodeName: node-3, containers: [{name: a, image: nginx, env: [{name: A, valueFrom: {configMapKeyRef: {name: applied, key: a}}}]}]}
E
for name in a b; do
cat <<E
apiVersion: v1
kind: Pod
metadata: {name: local-$name}
spec: {nodeName: node-2, containers: [{name: a, image: nginx}], volumes: [{name: v, emptyDir: {}}]}
---
E
done > local.yaml
for name in a b c; do
cat > service-$name.yaml <<E
apiVersion: v1
kind: Service
metadata: {name: fixed-$name}
spec: {clusterIP: None, ports: [{port: 80}]}
E
done
printf '#!/bin/sh\n' > /usr/local/bin/kubectl-hello
chmod +x /usr/local/bin/kubectl-hello
export EDITOR=true
kubectl create -f csr.yaml >/dev/null
kubectl create deployment web --image=nginx --replicas=2 >/dev/null
kubectl create deployment stuck --image=nosuch >/dev/null
kubectl expose deploy web --port=80 >/dev/null
kubectl run idle --image=busybox --overrides='{"spec":{"nodeName":"node-3"}}' -- sleep 100000 >/dev/null
kubectl apply -f cm.yaml -f service-a.yaml -f service-b.yaml -f service-c.yaml -f secret.yaml >/dev/null
# What a service cannot change: applying it needs --force.
sed -i s/None/10.96.7.7/ service-*.yaml
sed -i 's/b}/c}/' secret.yaml
kubectl create -f ref.yaml -f local.yaml >/dev/null
kubectl create rolebinding rb --clusterrole=view --user=a >/dev/null
kubectl create role role --verb=get --resource=pods >/dev/null
kubectl config set-context foo --cluster=c --user=u >/dev/null
kubectl wait --for=condition=Ready pod/idle >/dev/null
kubectl wait --for=condition=Available deploy/web >/dev/null
cat > kustomization.yaml <<E
resources: [cm.yaml]
E
