"""Replaces MediaPipe's three own operators in the attention face mesh by standard ONNX ones, exactly.

usage: attention_mesh_to_onnx.py IN.onnx OUT.onnx   (needs numpy and onnx)
IN is face_landmark_with_attention.tflite of the wheel mediapipe 0.10.21 after tf2onnx with --continue_on_error, which leaves the
operators Landmarks2TransformMatrix, TransformTensorBilinear and TransformLandmarks under a TFL_ prefix. Which landmarks each of
them uses stands in attention_mesh_indices.txt, read from their options in the TFLite file.
"""
import ast,pathlib,sys
import onnx,numpy as np
from onnx import helper as H, numpy_helper as NH, TensorProto as TP
m=onnx.load(sys.argv[1]); g=m.graph
IDX=ast.literal_eval((pathlib.Path(__file__).parent/'attention_mesh_indices.txt').read_text())
new=[];cnt=0;inits=[]
def C(a,dt=np.float32):
    global cnt; cnt+=1; n=f'sg_c{cnt}'; inits.append(NH.from_array(np.asarray(a,dt),n)); return n
def N(op,ins,**k):
    global cnt; cnt+=1; o=f'sg_{cnt}'; new.append(H.make_node(op,ins,[o],name=o,**k)); return o
shape={v.name:[d.dim_value for d in v.type.tensor_type.shape.dim] for v in list(g.value_info)+list(g.output)}
for n in g.node:
    if n.op_type=='TFL_Landmarks2TransformMatrix':
        p=IDX[n.output[0]]; L=n.input[0]
        sub=N('Gather',[L,C(p['subset'],np.int64)],axis=1)
        def xy(t): return N('Slice',[t,C([0],np.int64),C([1],np.int64),C([2],np.int64)]),N('Slice',[t,C([1],np.int64),C([2],np.int64),C([2],np.int64)])
        x,y=xy(sub); lx,ly=xy(N('Gather',[L,C([p['l']],np.int64)],axis=1)); rx,ry=xy(N('Gather',[L,C([p['r']],np.int64)],axis=1))
        dx=N('Sub',[rx,lx]);dy=N('Sub',[ry,ly]); nn=N('Sqrt',[N('Add',[N('Mul',[dx,dx]),N('Mul',[dy,dy])])]); c=N('Div',[dx,nn]); s=N('Div',[dy,nn])
        xr=N('Add',[N('Mul',[x,c]),N('Mul',[y,s])]); yr=N('Sub',[N('Mul',[y,c]),N('Mul',[x,s])])
        mm={}
        for k,v in(('x',xr),('y',yr)):
            hi=N('ReduceMax',[v],axes=[1],keepdims=1); lo=N('ReduceMin',[v],axes=[1],keepdims=1)
            mm[k]=(N('Mul',[N('Add',[hi,lo]),C(0.5)]),N('Mul',[N('Sub',[hi,lo]),C(1.5/16)]))
        mx,sx=mm['x'];my,sy=mm['y']
        cx=N('Sub',[N('Mul',[mx,c]),N('Mul',[my,s])]); cy=N('Add',[N('Mul',[mx,s]),N('Mul',[my,c])])
        a=N('Mul',[c,sx]); b=N('Neg',[N('Mul',[s,sy])]); d=N('Mul',[s,sx]); e=N('Mul',[c,sy])
        t1=N('Sub',[cx,N('Mul',[N('Add',[a,b]),C(8.0)])]); t2=N('Sub',[cy,N('Mul',[N('Add',[d,e]),C(8.0)])])
        z=C(np.zeros((1,1,1))); r1=N('Concat',[a,b,z,t1],axis=2); r2=N('Concat',[d,e,z,t2],axis=2); r34=C(np.array([[[0,0,1,0],[0,0,0,1]]]))
        new.append(H.make_node('Concat',[r1,r2,r34],[n.output[0]],name='m_'+n.output[0],axis=1)) # [1,2,3]
    elif n.op_type=='TFL_TransformTensorBilinear':
        X=N('Transpose',[n.input[0]],perm=[0,3,1,2]); M=n.input[1]
        W=48
        jj,ii=np.meshgrid(np.arange(16),np.arange(16)); P=np.stack([jj+.5,ii+.5,np.zeros_like(jj),np.ones_like(jj)],-1).reshape(1,-1,4)
        M2=N('Slice',[M,C([0],np.int64),C([2],np.int64),C([1],np.int64)]); co=N('MatMul',[C(P),N('Transpose',[M2],perm=[0,2,1])])
        co=N('Sub',[co,C(0.5)])
        gg=N('Sub',[N('Mul',[co,C(2.0/(W-1))]),C(1.0)]); gg=N('Reshape',[gg,C([1,16,16,2],np.int64)])
        q=N('GridSample',[X,gg],mode='bilinear',padding_mode='zeros',align_corners=1)
        new.append(H.make_node('Transpose',[q],[n.output[0]],perm=[0,2,3,1]))
    elif n.op_type=='TFL_TransformLandmarks':
        lm,M=n.input
        # transform first 2 dims; keep 3rd
        xy2=N('Slice',[lm,C([0],np.int64),C([2],np.int64),C([2],np.int64)])
        M2=N('Slice',[M,C([0],np.int64),C([2],np.int64),C([1],np.int64)]); R=N('Slice',[M2,C([0],np.int64),C([2],np.int64),C([2],np.int64)]); t=N('Slice',[M2,C([3],np.int64),C([4],np.int64),C([2],np.int64)])
        o=N('Add',[N('MatMul',[xy2,N('Transpose',[R],perm=[0,2,1])]),N('Transpose',[t],perm=[0,2,1])])
        rest=N('Slice',[lm,C([2],np.int64),C([9],np.int64),C([2],np.int64)])
        new.append(H.make_node('Concat',[o,rest],[n.output[0]],axis=2))
    else: new.append(n)
del g.node[:]; g.node.extend(new); g.initializer.extend(inits)
# the matrix scale constants: Mul consumers of M expect [1,4,4]; report
for n in g.node:
    for i in n.input:
        if i.startswith('landmarks_to_transform_matrix_v2'): print('consumer',n.op_type,list(n.input),list(n.output))
    if n.output[0].startswith('multiply_by_constant'): print(n.op_type,list(n.input),n.output[0],[ (t.name,NH.to_array(t).shape,NH.to_array(t).ravel()[:16]) for t in g.initializer if t.name in n.input])
del g.value_info[:]
op=[o for o in m.opset_import if o.domain in('','ai.onnx')][0]; op.version=16
ex=[o for o in m.opset_import if o.domain not in('','ai.onnx')]
for o in ex: m.opset_import.remove(o)
onnx.save(m,sys.argv[2])
