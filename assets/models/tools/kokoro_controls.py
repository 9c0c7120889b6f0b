"""Adds outputs (durations, F0) and inputs (dur_in, f0_mul, f0_add) to kokoro-v1.0.int8.onnx.

usage: kokoro_controls.py IN.onnx OUT.onnx   (needs onnx)
The reference for crates/redub-models/src/kokoro.rs, which makes the same file, byte for byte, without Python.
"""
import onnx, sys
from onnx import helper as H, TensorProto as T
m=onnx.load(sys.argv[1]); g=m.graph
nodes=list(g.node)
idx={n.name:i for i,n in enumerate(nodes)}
# durations override: dur = where(dur_in>0, dur_in, predicted)
castn=nodes[idx['/encoder/Cast']]; out=castn.output[0]; castn.output[0]='dur_pred'
z=H.make_tensor('ctl_zero_i64',T.INT64,[],[0]); g.initializer.append(z)
new=[H.make_node('Greater',['dur_in','ctl_zero_i64'],['dur_has'],name='ctl/Greater'),
     H.make_node('Where',['dur_has','dur_in','dur_pred'],[out],name='ctl/Where')]
sq=nodes[idx['/encoder/Squeeze']]; f0o=sq.output[0]; sq.output[0]='f0_pred'
ten=H.make_tensor('ctl_ten',T.FLOAT,[],[10.0]); g.initializer.append(ten)
new2=[H.make_node('Mul',['f0_pred','f0_mul'],['f0_scaled'],name='ctl/Mul'),
      H.make_node('Greater',['f0_pred','ctl_ten'],['f0_v'],name='ctl/GreaterF0'),
      H.make_node('Cast',['f0_v'],['f0_vf'],name='ctl/CastF0',to=T.FLOAT),
      H.make_node('Mul',['f0_vf','f0_add'],['f0_off'],name='ctl/MulOff'),
      H.make_node('Add',['f0_scaled','f0_off'],[f0o],name='ctl/Add')]
out_nodes=[]
for n in nodes:
    out_nodes.append(n)
    if n.name=='/encoder/Cast': out_nodes+=new
    if n.name=='/encoder/Squeeze': out_nodes+=new2
del g.node[:]; g.node.extend(out_nodes)
g.input.append(H.make_tensor_value_info('dur_in',T.INT64,[1,'sequence_length']))
g.input.append(H.make_tensor_value_info('f0_mul',T.FLOAT,[1]))
g.input.append(H.make_tensor_value_info('f0_add',T.FLOAT,[1]))
g.output.append(H.make_tensor_value_info(out,T.INT64,[1,'sequence_length']))
g.output.append(H.make_tensor_value_info(f0o,T.FLOAT,[1,'f0_len']))
onnx.save(m,sys.argv[2])
