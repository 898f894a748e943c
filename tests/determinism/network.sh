# Services, names, load balancing between pods, and what a shell makes of it.
kubectl run a --image=luksa/kubia --labels=app=kubia
kubectl run b --image=luksa/kubia --labels=app=kubia
kubectl expose pod a --name=kubia --port=80 --target-port=8080 --selector=app=kubia
kubectl run client --image=busybox -- sleep 1000
kubectl wait --for=condition=Ready pod --all
for i in 1 2 3 4 5 6; do kubectl exec client -- wget -qO- kubia; done | sort | uniq -c
kubectl exec client -- nslookup kubia
echo "$RANDOM $((7 ** 5)) $(date +%s)" | awk '{ printf "%s %.3f\n", $1, $2 / 3 }'
