# Controllers, the scheduler and kubelets: names, placements, pulls, a crash loop, a rolling update.
kubectl create deployment web --image=nginx:1.27 --replicas=5
kubectl create job once --image=busybox -- sh -c 'echo done'
kubectl run broken --image=busybox -- false
kubectl rollout status deployment web
kubectl set image deployment web nginx=nginx:1.28
kubectl rollout status deployment web
sleep 60
kubectl get all -o wide
kubectl get events --sort-by=.lastTimestamp
